// RFC 6749 §4.4
import { machine, resources, scope } from '../registration.ts'
import { expectEs256, expectMember, expectOpaque, expectStatus } from './expect.ts'
import { post, type Surface } from './request.ts'
import type { Prepare } from './step.ts'

/** The request of the machine client for a token of a resource. */
export function clientCredentialsRequest(surface: Surface, resource: string): string {
  return post(surface, surface.token, {
    grant_type: 'client_credentials',
    client_id: machine.id,
    client_secret: machine.secret,
    scope,
    resource,
  })
}

/** Client credentials for a JWT access token or an opaque one. */
export function prepareClientCredentials(format: 'jwt' | 'opaque'): Prepare {
  const expectFormat = format === 'jwt' ? expectEs256 : expectOpaque
  return async (surface, connections) => {
    const request = clientCredentialsRequest(surface, resources[format])
    return Array.from({ length: connections }, () => async (connection, isSampled) => {
      const answer = await connection.send(request)
      expectStatus(answer, 200)
      if (isSampled) expectFormat(expectMember(answer, 'access_token'))
    })
  }
}
