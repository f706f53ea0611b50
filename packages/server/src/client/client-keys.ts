// RFC 7517 §4, §5, RFC 7591 §2
import type { ServerContext } from '../context.ts'
import type { ClientKey, ClientRecord } from '../ports/records.ts'
import type { Outbound } from '../ports/world.ts'
import { ClientKeyCache } from './client-keys-cache.ts'
import { canDo, type KeyPurpose } from './client-keys-purpose.ts'

/** Which of a client's keys: what for, and what the header of a JWT says about it. */
export type ClientKeyQuestion = KeyPurpose & {
  readonly kid?: string
  /** What else must be true of a key. @spec RFC 8705 §2.2 */
  readonly isWanted?: (key: ClientKey) => boolean
}

/** Whose keys: those of a client, or of an issuer that is trusted like one. */
export type KeyHolder = Pick<ClientRecord, 'jwks' | 'jwksUri'> & { readonly clientId: string }

/** What finding keys needs of the server. */
export type ClientKeyContext = Pick<ServerContext, 'clock' | 'observe' | 'acceptedAlgorithms'> & {
  readonly outbound?: Outbound
}

/** What is fetched lives as long as what fetches it. */
const caches = new WeakMap<Outbound, ClientKeyCache>()

/**
 * The public keys of a client that would do: registered, or fetched from the address that it registered. Keys that are
 * fetched serve five minutes, and are asked for again when none would do, at most every half minute. None where they cannot
 * be had; the operator is told why. None either for an algorithm that the server does not accept.
 * @spec RFC 7591 §2 (`jwks`, `jwks_uri`), RFC 7517 §4, RFC 8725 §3.1
 */
export async function findClientKeys(
  context: ClientKeyContext,
  client: KeyHolder,
  question: ClientKeyQuestion,
): Promise<readonly ClientKey[]> {
  if (question.use === 'sig' && !isAccepted(context, question.alg)) return []
  const fits = (key: ClientKey) =>
    (question.kid === undefined || key.kid === question.kid) &&
    canDo(key, question) &&
    (question.isWanted?.(key) ?? true)
  if (client.jwks !== undefined) return client.jwks.keys.filter(fits)
  const { jwksUri, clientId } = client
  const { outbound } = context
  if (jwksUri === undefined || outbound === undefined) return []
  const cache = caches.get(outbound) ?? new ClientKeyCache(outbound)
  caches.set(outbound, cache)
  return cache.of({ clientId, jwksUri }).find(context, fits)
}

function isAccepted({ acceptedAlgorithms }: ClientKeyContext, alg: string | undefined): boolean {
  return alg === undefined || (acceptedAlgorithms?.some(each => each === alg) ?? true)
}
