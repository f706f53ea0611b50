// RFC 9110 §5.5, RFC 9068 §2.2
import type { Access } from '@ambit/resource'

/** The request header fields that tell an API who calls; whatever a client sends in them is taken away. */
export const identityFields = {
  subject: 'x-auth-subject',
  client: 'x-auth-client',
  scope: 'x-auth-scope',
  issuer: 'x-auth-issuer',
} as const

const names: ReadonlySet<string> = new Set(Object.values(identityFields))

/**
 * Tells whether a field tells who calls, or is taken for one that does: gateways to older servers make the same variable of
 * `X-Auth-Subject` and `X_Auth_Subject`.
 */
export function isIdentityField(name: string): boolean {
  return names.has(name.toLowerCase().replaceAll('_', '-'))
}

/** Who calls, as header fields; a field of which the token says nothing is left out. */
export function identityOf({ issuer, subject, clientId, scope }: Access): Readonly<Record<string, string>> {
  return {
    ...(subject !== undefined && { [identityFields.subject]: visible(subject) }),
    ...(clientId !== undefined && { [identityFields.client]: visible(clientId) }),
    [identityFields.scope]: scope.tokens.join(' '),
    [identityFields.issuer]: visible(issuer),
  }
}

/** What is not visible ASCII, and the percent sign, with percent-encoding: no value ends a field or begins another. */
function visible(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent)
}
