import type { HttpResponse } from '@ambit/protocol'
import { nodeKeyTools } from '../../../node/key-tools.ts'
import type { OutboundRequest, OutboundResponse } from '../../../ports/world.ts'
import { type OpenedWorld, openWorld } from '../../../testing/authorize.ts'
import { type Arrival, hiddenFields, pageOf } from '../../../testing/browser.ts'
import { clientSecret, password, testClient } from '../../../testing/clients.ts'
import { clientKeys } from '../../../testing/keys.ts'
import { bodyOf, request } from '../../../testing/requests.ts'
import type { WorldOverrides } from '../../../testing/world.ts'
import { type BackchannelAuthenticationOptions, backchannelAuthentication } from '../backchannel-authentication.ts'
import { cibaGrantType } from '../settings.ts'

/** Fields of a form. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>

const asking = { redirectUris: [], responseTypes: [], grantTypes: [cibaGrantType, 'refresh_token'] } as const

/** Clients that ask by the back channel: one that polls, one that is told, one that signs, and one that may not. */
export const askers = {
  desk: testClient({ name: 'desk', ...asking }),
  till: testClient({ name: 'till', ...asking }),
  told: testClient({
    name: 'told',
    ...asking,
    metadata: {
      backchannel_token_delivery_mode: 'ping',
      backchannel_client_notification_endpoint: 'https://told.example/ping',
    },
  }),
  signer: testClient({
    name: 'signer',
    ...asking,
    jwks: { keys: [clientKeys.publicJwk] },
    metadata: { backchannel_authentication_request_signing_alg: 'ES256' },
  }),
  open: testClient({ name: 'open', ...asking, authenticationMethod: 'none' }),
} as const

/** What a client is answered at first. */
type Begun = { readonly auth_req_id: string; readonly expires_in: number; readonly interval: number }

/** A key to seal with. */
export const sealing = { tools: nodeKeyTools(), key: 'k'.repeat(43) }

/** A token that a client wants back with a ping. */
export const notificationToken = 'a-notification-token-of-the-client'

/** A server with back-channel authentication, and a browser of the user. */
export type BackchannelWorld = OpenedWorld & {
  readonly post: (path: string, form: Form, client?: string) => Promise<HttpResponse>
  readonly ask: (form?: Form, client?: string) => Promise<HttpResponse>
  readonly begin: (form?: Form, client?: string) => Promise<Begun>
  readonly poll: (authReqId: string, form?: Form, client?: string) => Promise<HttpResponse>
  readonly logIn: (username?: string) => Promise<Arrival>
  /** The page with what waits for whoever is logged in. */
  readonly waiting: () => Promise<Arrival>
  /** Looks at the first request that waits. */
  readonly look: () => Promise<Arrival>
  readonly answer: (decision: 'allow' | 'deny', scope?: readonly string[]) => Promise<Arrival>
  /** What clients were sent, and what they answer. */
  readonly pings: OutboundRequest[]
}

/** Starts the server; `answers` is what a client's endpoint does with a ping. */
export async function openBackchannel(
  overrides: WorldOverrides & {
    readonly backchannel?: BackchannelAuthenticationOptions
    readonly answers?: () => Promise<OutboundResponse>
  } = {},
): Promise<BackchannelWorld> {
  const { backchannel = {}, answers, clients = [], ...given } = overrides
  const pings: OutboundRequest[] = []
  const opened = await openWorld({
    outbound: async sent => {
      pings.push(sent)
      return answers ? answers() : { status: 204, headers: {}, body: '' }
    },
    ...given,
    features: [
      backchannelAuthentication({ modes: ['poll', 'ping'], sealing, signedRequests: ['ES256'], ...backchannel }),
    ],
    clients: [...Object.values(askers), ...clients],
  })
  const { server, browser } = opened
  const post: BackchannelWorld['post'] = (path, form, client = 'desk') =>
    server.handle(
      client === 'open'
        ? request({ path, form: { client_id: client, ...form } })
        : request({ path, form, basic: [client, clientSecret] }),
    )
  const ask: BackchannelWorld['ask'] = (form = {}, client = 'desk') =>
    post('/backchannel_authentication', { scope: 'openid read_pets write_pets', login_hint: 'alice', ...form }, client)
  const waiting = () => browser.open('/backchannel')
  const look = async () => {
    const page = pageOf(await waiting())
    const [first] = page['requests'] as readonly { readonly id: string }[]
    return browser.post('/backchannel', { ...hiddenFields(page), request: first?.id ?? '' })
  }
  return {
    ...opened,
    post,
    ask,
    begin: async (form, client) => {
      const response = await ask(form, client)
      if (response.status !== 200) throw new Error(`${response.status} ${response.body}`)
      return bodyOf(response) as Begun
    },
    poll: (authReqId, form = {}, client = 'desk') =>
      post('/token', { grant_type: cibaGrantType, auth_req_id: authReqId, ...form }, client),
    logIn: async (username = 'alice') => {
      const fields = hiddenFields(pageOf(await browser.open('/login')))
      return browser.post('/login', { ...fields, username, password })
    },
    waiting,
    look,
    answer: async (decision, scope = ['openid', 'read_pets', 'write_pets']) => {
      const fields = hiddenFields(pageOf(await look()))
      return browser.post('/consent', { ...fields, scope, decision })
    },
    pings,
  }
}
