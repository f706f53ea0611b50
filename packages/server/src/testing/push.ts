import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import { challenge, type OpenedWorld, type RequestChanges } from './authorize.ts'
import { clientSecret, redirectUri } from './clients.ts'
import { bodyOf, request } from './requests.ts'

/** Who pushes: a client of client_secret_basic by name, or a public client. */
export type Pusher = string | { readonly publicClient: string }

/** Pushes the right authorization request with changes; `undefined` leaves a parameter out. */
export function push(
  { server }: Pick<OpenedWorld, 'server'>,
  changes: RequestChanges = {},
  { by = 'web', ...parts }: { readonly by?: Pusher } & Partial<HttpRequest> = {},
): Promise<HttpResponse> {
  const isPublic = typeof by === 'object'
  const form: RequestChanges = {
    response_type: 'code',
    client_id: isPublic ? by.publicClient : by,
    redirect_uri: redirectUri,
    scope: 'openid read_pets write_pets',
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  const basic = isPublic ? {} : { basic: [by, clientSecret] as const }
  return server.handle(request({ path: '/par', form, ...basic, ...parts }))
}

/** Pushes, and gives the reference to what was pushed. */
export async function pushed(opened: Pick<OpenedWorld, 'server'>, changes?: RequestChanges, parts?: { by?: Pusher }) {
  return String(bodyOf(await push(opened, changes, parts))['request_uri'])
}

/** The query that leads to a pushed request. */
export function referringQuery(requestUri: string, clientId = 'web', more: RequestChanges = {}): string {
  const pairs = Object.entries({ client_id: clientId, request_uri: requestUri, ...more })
  return new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()
}
