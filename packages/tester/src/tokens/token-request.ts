// RFC 6749 §3.2, RFC 9449 §5, §8
import { makeDpopProof } from '../node/dpop-proof.ts'
import type { KeyPair, TestClient } from '../target/target.ts'
import { type SentRequest, withField } from '../wire/exchange.ts'
import { clientRequest } from './client-authentication.ts'
import type { Pair } from './endpoint-request.ts'
import type { ServerAccess } from './server-access.ts'
import { type IssuedTokens, type IssueRefusal, readTokenResponse } from './token-response.ts'

/** Who asks, and with which key the token is to be bound. */
export type Asker = { readonly client: TestClient; readonly dpopKey?: KeyPair }

/** Asks the token endpoint; where it wants a nonce in the proof, once again. @spec RFC 6749 §3.2, RFC 9449 §8 */
export async function requestTokens(
  pairs: readonly Pair[],
  { client, dpopKey }: Asker,
  access: ServerAccess,
): Promise<IssuedTokens | IssueRefusal> {
  const attempt = async (nonce?: string): Promise<IssuedTokens | IssueRefusal> => {
    // made anew each time: an assertion must not be used twice
    const request = clientRequest('token_endpoint', pairs, client, access)
    const proved = dpopKey === undefined ? request : withProof(request, { key: dpopKey, nonce, access })
    return readTokenResponse(await access.send(proved), access.secrets)
  }
  const first = await attempt()
  const wantsNonce = first.kind === 'refused' && first.error === 'use_dpop_nonce' && first.dpopNonce !== undefined
  return wantsNonce ? attempt(first.dpopNonce) : first
}

type Proof = { readonly key: KeyPair; readonly nonce: string | undefined; readonly access: ServerAccess }

function withProof(request: SentRequest, { key, nonce, access }: Proof): SentRequest {
  const { method, origin, target } = request
  const proof = makeDpopProof(
    { key, method, url: `${origin}${target}`, now: access.now, ...(nonce !== undefined && { nonce }) },
    access.secrets,
  )
  return withField(request, ['dpop', proof.reveal()])
}
