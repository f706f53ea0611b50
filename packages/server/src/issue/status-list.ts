// Token Status List §4.1, §5.1, §13.7
import { after, type EpochSeconds, jwtTypes, seconds } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import { listSize, listUri } from './status.ts'

/** A list as it is served, and until when it is good. */
export type ServedList = { readonly jws: string; readonly expiresAt: EpochSeconds }

/** How many lists are kept; those of which tokens live are few, and anybody can ask for an old one. */
const mostKept = 64

/**
 * The list of that number. It is made twice within the window and good for one: so it is never older than half the window
 * when it is given out, and what is revoked is seen everywhere when the window is over. One from the future was made before
 * the clock was set back, and may be older than it looks.
 * @spec Token Status List §5.1, §13.7
 */
export function servedList(context: ServerContext, list: number): Promise<ServedList> {
  const known = kept.get(context) ?? new Map<number, Kept>()
  kept.set(context, known)
  const now = context.clock.now()
  const before = known.get(list)
  if (before && before.madeAt <= now && now < after(before.madeAt, halfWindow(context))) return before.served
  const served = makeList(context, list, now)
  known.delete(list)
  known.set(list, { madeAt: now, served })
  served.catch(() => known.delete(list))
  const oldest = known.keys().next()
  if (known.size > mostKept && !oldest.done) known.delete(oldest.value)
  return served
}

/** A list from the moment when its making began, so that all who ask meanwhile wait for the same. */
type Kept = { readonly madeAt: EpochSeconds; readonly served: Promise<ServedList> }

const kept = new WeakMap<ServerContext, Map<number, Kept>>()

async function makeList(context: ServerContext, list: number, madeAt: EpochSeconds): Promise<ServedList> {
  const expiresAt = after(madeAt, windowOf(context))
  const revoked = await context.store.findRevokedStatuses(list, madeAt)
  const claims = {
    iss: context.issuer,
    sub: listUri(context, list),
    iat: madeAt,
    exp: expiresAt,
    ttl: halfWindow(context),
    status_list: { bits: 1, lst: await compress(bitsOf(revoked)) },
  }
  const jws = context.signer.sign(claims, { typ: jwtTypes.statusList, algorithm: context.idTokenAlgorithm })
  return { jws, expiresAt }
}

function windowOf({ statusList }: ServerContext) {
  return statusList?.window ?? seconds(0)
}

function halfWindow(context: ServerContext) {
  return seconds(windowOf(context) / 2)
}

/** One bit a token, counted from the least significant one of each byte; 1 is revoked. @spec Token Status List §4.1, §7.1 */
function bitsOf(revoked: readonly number[]): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(listSize / 8)
  for (const index of revoked) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
  return bits
}

/** DEFLATE in the zlib format, as base64url. @spec Token Status List §4.1, §4.2 */
async function compress(bits: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bits]).stream().pipeThrough(new CompressionStream('deflate'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  const binary = Array.from(bytes, byte => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
