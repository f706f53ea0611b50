// RFC 7523 §2.1
import type { Feature } from '../../feature.ts'
import { type AssertionIssuer, jwtBearerGrant } from './jwt-bearer-grant.ts'
import { findIssuerProblems } from './trusted-issuer.ts'

/** Whose assertions are taken. */
export type JwtBearerOptions = { readonly issuers: readonly AssertionIssuer[] }

/**
 * Assertions of trusted issuers as authorization grants.
 * @spec RFC 7523 §2.1
 * @example
 * jwtBearer({ issuers: [{ issuer: 'https://hr.example', jwksUri: 'https://hr.example/jwks', clients: ['payroll'], subject: { claim: 'sub', is: 'username' }, consent: 'remembered' }] })
 */
export function jwtBearer({ issuers }: JwtBearerOptions): Feature {
  return {
    name: 'jwtBearer',
    grants: [jwtBearerGrant(issuers)],
    needsOutbound: issuers.some(({ jwksUri }) => jwksUri !== undefined),
    findProblems: server => findIssuerProblems(issuers, server, 'features.jwtBearer.issuers'),
  }
}
