// Global Token Revocation (draft-parecki-oauth-global-token-revocation-06)
import type { Feature } from '../../feature.ts'
import { revocationEndpoint } from './revocation-endpoint.ts'

/** Who may use global revocation. */
export type GlobalRevocationOptions = {
  /** The clients, by their identifiers, that may end everything of any user; they authenticate. */
  readonly clients: readonly string[]
}

/**
 * Lets a security tool or an identity provider end everything of a user in one request: sessions, tokens, and what waits to
 * become one.
 * @example globalRevocation({ clients: ['incident-desk'] })
 */
export function globalRevocation({ clients }: GlobalRevocationOptions): Feature {
  return {
    name: 'globalRevocation',
    endpoints: [revocationEndpoint({ clients })],
    findProblems: () =>
      clients.length > 0 && clients.every(each => each !== '')
        ? []
        : [{ path: 'features.globalRevocation.clients', message: 'at least one client identifier is wanted' }],
  }
}
