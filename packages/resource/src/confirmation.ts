// RFC 7800 §3.1, RFC 8705 §3, RFC 9449 §6, §7
import { isRefusal, type JwtClaims, type Refusal, refuse } from '@ambit/protocol'
import type { FindCertificate } from './certificate-source.ts'
import { sha256 } from './digest.ts'
import type { NonceWanted, ProveKey } from './dpop-proof.ts'
import type { GuardedRequest, TokenScheme } from './find-token.ts'
import { isEqualText } from './text-equality.ts'
import { badToken, type Unavailable } from './verification.ts'

/** How the possession of what tokens are bound to is proven here. */
export type ConfirmationRules = {
  readonly findCertificate: FindCertificate
  /** Absent where proofs of possession are not taken in. */
  readonly proveKey?: ProveKey
  /** Whether a token must be bound to a key of the client's. */
  readonly isKeyRequired: boolean
}

/** A request, the token in it, and what the token says. */
export type Presented = {
  readonly request: GuardedRequest
  readonly scheme: TokenScheme
  readonly token: string
  readonly claims: JwtClaims
}

/** The sender holds what the token is bound to, or the token is bound to nothing and need not be. */
export type Confirmed = { readonly kind: 'confirmed'; readonly nextNonce?: string }

type NotConfirmed = Refusal<'invalid_token' | 'invalid_dpop_proof'> | NonceWanted | Unavailable

/**
 * Demands of the sender everything that a token is bound to. What nobody here understands is refused, never passed over.
 * @spec RFC 8705 §3, RFC 9449 §7.1, §7.2
 * @errors invalid_token: bound to what is not proven, sent in another scheme than it was issued for, or not bound at all
 * @errors invalid_dpop_proof, use_dpop_nonce: the proof is not good
 */
export function confirm(
  rules: ConfirmationRules,
  presented: Presented,
): Confirmed | NotConfirmed | Promise<Confirmed | NotConfirmed> {
  const { cnf } = presented.claims
  if (cnf === undefined) return judgeUnbound(rules, presented)
  const confirmation = readConfirmation(cnf)
  return isRefusal(confirmation) ? confirmation : confirmBound(rules, presented, confirmation)
}

async function confirmBound(
  rules: ConfirmationRules,
  presented: Presented,
  { jkt, 'x5t#S256': x5t }: Confirmation,
): Promise<Confirmed | NotConfirmed> {
  const certificate = x5t === undefined ? undefined : await judgeCertificate(rules, presented.request, x5t)
  if (certificate !== undefined) return certificate
  return jkt === undefined ? judgeUnbound(rules, presented) : proveHolder(rules, presented, jkt)
}

type Confirmation = { readonly jkt?: string; readonly 'x5t#S256'?: string }

function readConfirmation(cnf: unknown): Confirmation | Refusal<'invalid_token'> {
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return bad('the claim `cnf` is no object')
  const members: readonly (readonly [string, unknown])[] = Object.entries(cnf)
  if (members.length === 0) return bad('the claim `cnf` is empty')
  const strange = members.find(([name]) => name !== 'jkt' && name !== 'x5t#S256')
  if (strange) return bad('the token is bound by a member of `cnf` that nobody here can confirm')
  if (members.some(([, value]) => typeof value !== 'string' || value === '')) return bad('a member of `cnf` is no text')
  return { ...cnf }
}

async function judgeCertificate(
  { findCertificate }: ConfirmationRules,
  request: GuardedRequest,
  x5t: string,
): Promise<Refusal<'invalid_token'> | undefined> {
  const certificate = findCertificate(request)
  if (certificate === undefined)
    return bad('the token is bound to a certificate, and the client proved none', 'a client certificate is wanted')
  if (!isEqualText(await sha256(certificate), x5t)) return bad('the token is bound to another certificate')
  return undefined
}

function judgeUnbound(
  { isKeyRequired }: ConfirmationRules,
  { scheme }: Presented,
): Confirmed | Refusal<'invalid_token'> {
  if (scheme === 'DPoP') return bad('the token is bound to no key, and was sent in the scheme `DPoP`')
  if (isKeyRequired) return bad('the token is bound to no key', 'an access token that is bound to a key is wanted')
  return { kind: 'confirmed' }
}

async function proveHolder(
  { proveKey }: ConfirmationRules,
  { request, scheme, token }: Presented,
  jkt: string,
): Promise<Confirmed | NotConfirmed> {
  if (proveKey === undefined || scheme !== 'DPoP')
    return bad('the token is bound to a key, and was sent in the scheme `Bearer`', boundToKey)
  const proof = await proveKey(request, { token, jkt })
  if (proof.kind !== 'proven') return proof
  return { kind: 'confirmed', ...(proof.nextNonce !== undefined && { nextNonce: proof.nextNonce }) }
}

const boundToKey = 'the access token is bound to a key, and not sent with a proof of it'

function bad(reason: string, description = badToken): Refusal<'invalid_token'> {
  return refuse('invalid_token', description, reason)
}
