// RFC 6749 §6, RFC 9700 §4.14
import { offline, redirectUri, resources, scope } from '../registration.ts'
import { authorizationRequest, codeOf, redemption } from './authorization-code.ts'
import { openBrowser } from './browser.ts'
import { Connection } from './connection.ts'
import { expectEs256, expectMember, expectStatus } from './expect.ts'
import { post, type Surface } from './request.ts'
import type { Prepare, Step } from './step.ts'

/** Refresh with rotation: each connection has its own login and goes on with the refresh token that it was given last. */
export const prepareRefresh: Prepare = async (surface, connections) => {
  const steps: Step[] = []
  while (steps.length < connections) steps.push(refreshFrom(surface, await firstRefreshToken(surface)))
  return steps
}

async function firstRefreshToken(surface: Surface): Promise<string> {
  const { target, verifier } = authorizationRequest(surface, offline, scope)
  const code = codeOf(await openBrowser().visit(surface.origin + target, redirectUri))
  const connection = await Connection.open(surface.origin)
  const answer = await connection.send(redemption(surface, offline, { code, verifier }))
  connection.close()
  expectStatus(answer, 200)
  return expectMember(answer, 'refresh_token')
}

function refreshFrom(surface: Surface, first: string): Step {
  let current = first
  return async (connection, isSampled) => {
    const answer = await connection.send(
      post(surface, surface.token, {
        grant_type: 'refresh_token',
        refresh_token: current,
        resource: resources.jwt,
        client_id: offline.id,
        client_secret: offline.secret,
      }),
    )
    expectStatus(answer, 200)
    const next = expectMember(answer, 'refresh_token')
    if (next === current) throw new Error('a rotated refresh token is wanted, not the same one again')
    current = next
    if (isSampled) expectEs256(expectMember(answer, 'access_token'))
  }
}
