import assert from 'node:assert/strict'
import type { JwtClaims } from '@ambit/protocol'
import type { Guarded } from '../guard.ts'
import { createGuard } from '../guard.ts'
import type { GuardFrame } from '../guard-options.ts'
import type { TrustedIssuer } from '../verification.ts'
import { accessTokenClaims, catalogue, issuer, resource, start, testClock } from './issuer.ts'

/** A guard that finds each token good; what they say is the good claims and what is given. */
export function believingGuard(claims: JwtClaims = {}, options: Partial<GuardFrame> & Partial<TrustedIssuer> = {}) {
  const { scopeClaim, isClient, ...frame } = options
  const whole = { ...accessTokenClaims(), ...claims }
  const trusted: TrustedIssuer = {
    issuer,
    opaque: async () => ({ kind: 'verified', claims: whole, until: start + 600 }),
    ...(scopeClaim && { scopeClaim }),
    ...(isClient && { isClient }),
  }
  return createGuard({ issuers: [trusted], resource, catalogue, clock: testClock(), ...frame })
}

/** The answer of a guard that refused. */
export function responseOf(guarded: Guarded) {
  return guarded.kind === 'refused' ? guarded.response : assert.fail('the request was let through')
}

/** The problem in an answer. */
export function bodyOf(guarded: Guarded): Readonly<Record<string, unknown>> {
  return JSON.parse(responseOf(guarded).body) as Readonly<Record<string, unknown>>
}

/** The challenges of an answer. */
export function challengesOf(guarded: Guarded): readonly string[] {
  const field = responseOf(guarded).headers['www-authenticate'] ?? []
  return typeof field === 'string' ? [field] : field
}

/** What the guard let through. */
export function accessOf(guarded: Guarded) {
  return guarded.kind === 'allowed' ? guarded.access : assert.fail(guarded.reason)
}

/** Demands a status, a code and a reason for the operator. */
export function assertRefused(guarded: Guarded, wanted: { status: number; error?: string; reason?: RegExp }): void {
  const { status } = responseOf(guarded)
  assert.deepEqual({ status, error: bodyOf(guarded)['error'] }, { status: wanted.status, error: wanted.error })
  if (wanted.reason && guarded.kind === 'refused') assert.match(guarded.reason, wanted.reason)
}
