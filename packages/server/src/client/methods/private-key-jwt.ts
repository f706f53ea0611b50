// RFC 7523 §2.2, §3; OpenID Connect Core §9
import { signingAlgorithms } from '@ambit/protocol'
import { verifyAssertion } from './assertion.ts'
import { presentAssertion } from './assertion-credentials.ts'
import { failedAssertion, judgeAssertion } from './assertion-judgement.ts'
import type { ClientAuthentication } from './method.ts'

/** A JWT that the client signed with a key of its own. @spec RFC 7523 §2.2 */
export const privateKeyJwt: ClientAuthentication = {
  method: 'private_key_jwt',
  algorithms: signingAlgorithms,
  present: (_request, form) => presentAssertion(form, 'key'),
  async verify(context, { client, proof, exchange }) {
    const claims = client && (await verifyAssertion(context, client, proof))
    if (client === undefined || claims === undefined)
      return failedAssertion('no key of the client signed the assertion')
    return judgeAssertion(context, { client, exchange }, claims)
  },
}
