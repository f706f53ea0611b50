import type { HttpResponse } from '@ambit/protocol'
import { introspectionEndpoint } from '../endpoints/introspection.ts'
import { revocationEndpoint } from '../endpoints/revocation.ts'
import { clientSecret } from './clients.ts'
import { bodyOf, request } from './requests.ts'
import type { TestWorld } from './world.ts'

type Form = Readonly<Record<string, string | undefined>>

/** Sends a form to the introspection endpoint as a client of client_secret_basic. */
export function introspect(world: TestWorld, form: Form, client = 'api'): Promise<HttpResponse> {
  return introspectionEndpoint.handle(world.context, world.exchange(request({ form, basic: [client, clientSecret] })))
}

/** Whether a token is active in the eyes of a client. */
export async function isActive(world: TestWorld, token: string, client?: string): Promise<unknown> {
  return bodyOf(await introspect(world, { token }, client))['active']
}

/** Sends a form to the revocation endpoint as a client of client_secret_basic. */
export function revoke(world: TestWorld, form: Form, client = 'web'): Promise<HttpResponse> {
  return revocationEndpoint.handle(world.context, world.exchange(request({ form, basic: [client, clientSecret] })))
}
