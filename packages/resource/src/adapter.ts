import type { HttpRequest } from '@ambit/protocol'
import type { Access } from './access.ts'
import type { Guarded } from './guard.ts'
import type { MetadataDocument } from './protected-resource-metadata.ts'

/** A guard as an adapter calls it: with a request, and what its operation needs. */
export type AdaptedGuard<Wanted> = (request: HttpRequest, needs: Wanted) => Promise<Guarded>

/** Who is at the other end of the connection, as far as the platform knows. */
export type Peer = Pick<HttpRequest, 'remoteAddress' | 'peerCertificate'>

/** A guard that may have protected resource metadata. @spec RFC 9728 §2 */
export type DescribedGuard = { readonly metadata: MetadataDocument | undefined }

/**
 * The protected resource metadata of a guard, to be served.
 * @throws {RangeError} where the guard was made without
 */
export function metadataOf({ metadata }: DescribedGuard): MetadataDocument {
  if (metadata === undefined) throw new RangeError('the guard has no metadata; make it with `metadata: {}`')
  return metadata
}

/** The longest form in which a second token is looked for: 64 KiB; a longer one is left to the handler. */
export const longestForm = 65_536

const kept = new WeakMap<object, Access>()

/** Keeps what a token allows for as long as its request lives. */
export function keepAccess(carrier: object, access: Access): void {
  kept.set(carrier, access)
}

/**
 * What the token of a guarded request allows.
 * @throws {TypeError} where no guard let the request through: the route is not protected
 */
export function accessKeptWith(carrier: object): Access {
  const access = kept.get(carrier)
  if (access === undefined)
    throw new TypeError('no guard let this request through; put `protect(…)` before the handler of its route')
  return access
}
