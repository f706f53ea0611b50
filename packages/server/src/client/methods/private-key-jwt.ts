// RFC 7523 §2.2, §3; OpenID Connect Core §9
import { after, epochSeconds, type Refusal, refuse, seconds, signingAlgorithms } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { type AssertionClaims, claimedSubject, verifyAssertion } from './assertion.ts'
import { type ClientAuthentication, failedAuthentication, type ProofQuestion } from './method.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** How long an assertion may be good at the most, and how far clocks may differ; in seconds. */
const limits = { lifetime: 600, skew: 30 } as const

/** A JWT that the client signed with a key of its own. @spec RFC 7523 §2.2 */
export const privateKeyJwt: ClientAuthentication = {
  method: 'private_key_jwt',
  algorithms: signingAlgorithms,
  present(_request, form) {
    const proof = form.get('client_assertion')
    const type = form.get('client_assertion_type')
    if (proof === undefined && type === undefined) return undefined
    if (proof === undefined) return refuse('invalid_request', '`client_assertion` is missing')
    if (type !== assertionType) return refuse('invalid_request', `\`client_assertion_type\` must be ${assertionType}`)
    return { clientId: form.get('client_id') ?? claimedSubject(proof) ?? '', proof }
  },
  async verify(context, question) {
    const claims = question.client && (await verifyAssertion(question.client, question.proof))
    if (question.client === undefined || claims === undefined)
      return failed('no key of the client signed the assertion')
    const { exp, jti } = claims
    if (exp === undefined || jti === undefined) return failed('the assertion must have `exp` and `jti`')
    const judged = judgeClaims(context, question.client, { ...claims, exp })
    return judged ?? refuseReplay(context, question, { client: question.client, exp, jti })
  },
}

/** @spec RFC 7523 §3 */
function judgeClaims(
  context: ServerContext,
  client: ClientRecord,
  claims: AssertionClaims & { readonly exp: number },
): Refusal<'invalid_client'> | undefined {
  const now = context.clock.now()
  const { iss, sub, aud, exp, nbf, iat } = claims
  if (iss !== client.clientId) return failed('`iss` of the assertion is not the client')
  if (sub !== client.clientId) return failed('`sub` of the assertion is not the client')
  if (aud !== context.issuer && aud !== context.url('/token'))
    return failed('`aud` of the assertion must be the issuer, and nobody else')
  if (exp + limits.skew <= now) return failed('the assertion has expired')
  if (exp > now + limits.lifetime + limits.skew) return failed(`\`exp\` is more than ${limits.lifetime} s ahead`)
  if (nbf !== undefined && nbf > now + limits.skew) return failed('the assertion is not yet good')
  if (iat !== undefined && iat > now + limits.skew) return failed('the assertion was issued in the future')
  return undefined
}

async function refuseReplay(
  context: ServerContext,
  { exchange }: ProofQuestion,
  { client, exp, jti }: { readonly client: ClientRecord; readonly exp: number; readonly jti: string },
): Promise<Refusal<'invalid_client'> | undefined> {
  const hash = context.crypto.hash(`client assertion\n${client.clientId}\n${jti}`)
  if (await context.store.remember(hash, after(epochSeconds(Math.ceil(exp)), seconds(limits.skew)))) return undefined
  context.observe({
    kind: 'replay.detected',
    requestId: exchange.requestId,
    of: 'client_assertion',
    clientId: client.clientId,
  })
  return failed('the assertion was used before')
}

function failed(reason: string): Refusal<'invalid_client'> {
  return refuse('invalid_client', failedAuthentication, reason)
}
