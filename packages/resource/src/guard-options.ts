import type { ClientCertificateSource } from './certificate-source.ts'
import type { DpopOptions } from './dpop-options.ts'
import type { ObserveGuard } from './guard-event.ts'
import type { Clock } from './platform.ts'
import type { MetadataOptions } from './protected-resource-metadata.ts'
import type { VerifierOptions } from './trusted-issuers.ts'
import type { TrustedIssuer } from './verification.ts'

/** What a guard is made of, beside what decides: a catalogue or a policy. */
export type GuardFrame = {
  /** The authorization servers whose tokens count. */
  readonly issuers: readonly TrustedIssuer[]
  /** This resource server's identifier: what a token's `aud` must hold. @spec RFC 8707 §2 */
  readonly resource: string
  /** What challenges name as the protected space; the resource's identifier where it is left out. @spec RFC 9110 §11.5 */
  readonly realm?: string
  /** Takes in tokens that are bound to a key of the client's; `required`: no others. @spec RFC 9449 §7 */
  readonly dpop?: DpopOptions | 'required'
  /** Where the client's certificate comes from, for tokens that are bound to one; `tls` where it is left out. @spec RFC 8705 §3 */
  readonly clientCertificate?: ClientCertificateSource
  /** Tells clients where to get tokens: `guard.metadata` serves the document, and challenges name it. @spec RFC 9728 §5.1 */
  readonly metadata?: MetadataOptions
  readonly clock?: Clock
  /** How verified tokens are remembered. */
  readonly verification?: VerifierOptions
  /** Hears each decision. */
  readonly observe?: ObserveGuard
}
