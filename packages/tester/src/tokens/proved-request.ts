// RFC 9449 §4.3, §5, §8, §9
import { makeDpopProof } from '../node/dpop-proof.ts'
import { makeKeyPair } from '../node/signing-key.ts'
import type { Secret } from '../secret/secret.ts'
import type { KeyPair, TestClient } from '../target/target.ts'
import { type Exchange, fieldValue, type SentRequest, withField } from '../wire/exchange.ts'
import type { Pair } from './endpoint-request.ts'
import { parseJsonObject, textIn } from './json-object.ts'
import type { ServerAccess } from './server-access.ts'
import { isBoundToKey } from './token-response.ts'

/** A request to the token endpoint, so that it can be made once more. */
export type Recipe = { readonly pairs: readonly Pair[]; readonly client: TestClient }

/** Proofs for requests of clients whose tokens are bound; all of one probe are by one key. */
export type Provers = {
  /** The request with a proof, where its client binds its tokens. */
  readonly prove: (request: SentRequest, recipe: Recipe) => SentRequest
  /** The request that shows an access token, by the scheme that the token came with. */
  readonly show: (request: SentRequest, token: Secret) => SentRequest
  /** The same request made anew with the server's nonce, where that is all that it lacked. @spec RFC 9449 §8 */
  readonly again: (request: SentRequest, exchange: Exchange) => SentRequest | undefined
}

type ProverParts = Pick<ServerAccess, 'secrets' | 'now'> & {
  /** Nonces that servers gave for the next proof, by origin. */
  readonly nonces: Map<string, string>
  /** Makes a request with a fresh authentication. */
  readonly remake: (recipe: Recipe) => SentRequest
}

/** Makes proofs, and remembers what they were made for. */
export function createProvers({ secrets, now, nonces, remake }: ProverParts): Provers {
  const made = new WeakMap<SentRequest, () => SentRequest>()
  let key: KeyPair | undefined
  const proved = (request: SentRequest, accessToken?: Secret): SentRequest => {
    key ??= makeKeyPair('ES256', secrets)
    const { method, origin, target } = request
    const nonce = nonces.get(origin)
    const url = `${origin}${target}`
    const parts = { key, method, url, now, ...(accessToken && { accessToken }), ...(nonce !== undefined && { nonce }) }
    return withField(request, ['dpop', makeDpopProof(parts, secrets).reveal()])
  }
  const prove: Provers['prove'] = (request, recipe) => {
    if (recipe.client.binding !== 'dpop') return request
    const done = proved(request)
    made.set(done, () => prove(remake(recipe), recipe))
    return done
  }
  const show: Provers['show'] = (request, token) => {
    if (!isBoundToKey(token)) return withField(request, ['authorization', `Bearer ${token.reveal()}`])
    const done = proved(withField(request, ['authorization', `DPoP ${token.reveal()}`]), token)
    made.set(done, () => show(request, token))
    return done
  }
  const again: Provers['again'] = (request, exchange) => {
    if (exchange.kind === 'failed') return undefined
    const nonce = fieldValue(exchange.response.headers, 'dpop-nonce')
    if (nonce !== undefined) nonces.set(request.origin, nonce)
    return nonce !== undefined && wantsNonce(exchange) ? made.get(request)?.() : undefined
  }
  return { prove, show, again }
}

function wantsNonce(exchange: Exchange & { readonly kind: 'answered' }): boolean {
  const { body, headers } = exchange.response
  const error = textIn(parseJsonObject(body) ?? {}, 'error')
  return error === 'use_dpop_nonce' || /error="use_dpop_nonce"/.test(fieldValue(headers, 'www-authenticate') ?? '')
}
