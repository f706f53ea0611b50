import type { ConfigDeclaration } from 'ambit'
import { configure as configureBench } from '../../bench/ours/configuration.ts'
import { type BenchClient, redirectUri, scope } from '../../bench/registration.ts'
import { clientIds } from './population.ts'

/** The client that ends everything that a user has. */
export const desk: BenchClient = { id: 'growth-desk', secret: 'p0LkJhGfDsAqWeRtYuIoPzXcVbNm1234567890AbCdE' }

/** The secret of the clients that have the grants. */
export const grantSecret = 'z1XcVbNmAsDfGhJkLqWeRtYuIoP0987654321ZyXwVu'

/** The bench's server, with the clients that have the grants, and without its users but one. */
export function configure(store: string): ConfigDeclaration {
  const bench = configureBench(store, false)
  const granted = clientIds.map(clientId => ({
    clientId,
    secret: grantSecret,
    authenticationMethod: 'client_secret_post' as const,
    redirectUris: [redirectUri],
    scope: [scope],
  }))
  const own = { clientId: desk.id, secret: desk.secret, grantTypes: ['client_credentials'], scope: [] }
  return {
    ...bench,
    clients: [...(bench.clients ?? []), ...granted, own],
    features: { globalRevocation: { clients: [desk.id] } },
  }
}
