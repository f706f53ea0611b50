import type { HttpResponse } from '@ambit/protocol'
import type { RegistrationPolicy } from '../client/registered-metadata/policy.ts'
import type { RegistrationOptions } from '../features/registration/options.ts'
import { registration } from '../features/registration/registration.ts'
import { type AmbitServer, createServer } from '../server.ts'
import { bodyOf, request } from './requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from './world.ts'

/** The policy of the test world's registration. */
export const testPolicy: RegistrationPolicy = {
  scope: ['openid', 'profile', 'offline_access', 'read_pets', 'write_pets'],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
}

/** The least that a client says of itself. */
export const plainMetadata = { redirect_uris: ['https://shop.example/callback'] } as const

/** A server where clients register, and its world. */
export type RegistrationWorld = TestWorld & AmbitServer

/** Makes a world where anybody may register. */
export async function registrationWorld(
  options: Partial<RegistrationOptions> = {},
  overrides: WorldOverrides = {},
): Promise<RegistrationWorld> {
  const feature = registration({ access: 'open', policy: testPolicy, ...options })
  const world = await testWorld({ ...overrides, features: [feature, ...(overrides.features ?? [])] })
  return { ...world, ...createServer(world.options) }
}

/** What a request for registration is sent with. */
export type Sending = {
  readonly method?: string
  readonly path?: string
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly remoteAddress?: string
}

/** Sends JSON to the registration endpoint, or to a client's own. */
export function sendMetadata(
  { handle }: Pick<AmbitServer, 'handle'>,
  metadata: unknown,
  { method = 'POST', path = '/register', token, headers = {}, remoteAddress = '192.0.2.1' }: Sending = {},
): Promise<HttpResponse> {
  const hasBody = method === 'POST' || method === 'PUT'
  return handle(
    request({
      method,
      path,
      remoteAddress,
      body: hasBody ? JSON.stringify(metadata) : '',
      headers: {
        ...(hasBody && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    }),
  )
}

/** What a client is told of its registration. */
export type Registered = Readonly<Record<string, unknown>> & {
  readonly client_id: string
  readonly client_secret: string
  readonly registration_access_token: string
  readonly registration_client_uri: string
}

/** Registers a client, which must succeed. */
export async function register(
  world: RegistrationWorld,
  metadata: Readonly<Record<string, unknown>> = {},
  sending: Sending = {},
): Promise<Registered> {
  const response = await sendMetadata(world, { ...plainMetadata, ...metadata }, sending)
  if (response.status !== 201) throw new Error(`${response.status} ${response.body}`)
  return bodyOf(response) as Registered
}
