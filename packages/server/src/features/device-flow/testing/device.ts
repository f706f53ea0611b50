import type { HttpResponse } from '@ambit/protocol'
import { type OpenedWorld, openWorld } from '../../../testing/authorize.ts'
import { type Arrival, hiddenFields, pageOf } from '../../../testing/browser.ts'
import { clientSecret, password, testClient } from '../../../testing/clients.ts'
import { bodyOf, request } from '../../../testing/requests.ts'
import type { WorldOverrides } from '../../../testing/world.ts'
import { type DeviceFlowOptions, deviceFlow } from '../device-flow.ts'
import { deviceGrantType } from '../settings.ts'

/** Fields of a form. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>

/** A television without a secret, and a box whose maker's server has one. */
export const devices = {
  tv: testClient({
    name: 'tv',
    authenticationMethod: 'none',
    applicationType: 'native',
    redirectUris: [],
    responseTypes: [],
    grantTypes: [deviceGrantType, 'refresh_token'],
  }),
  box: testClient({
    name: 'box',
    redirectUris: [],
    responseTypes: [],
    grantTypes: [deviceGrantType, 'refresh_token'],
  }),
} as const

/** What a device is answered at first. */
type Begun = {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

/** A server with the device flow, a television, and a browser of its user. */
export type DeviceWorld = OpenedWorld & {
  /** Sends a form as a public client, or as one with a secret. */
  readonly post: (path: string, form: Form, client?: string, remoteAddress?: string) => Promise<HttpResponse>
  readonly ask: (form?: Form, client?: string) => Promise<HttpResponse>
  readonly begin: (form?: Form, client?: string) => Promise<Begun>
  readonly poll: (deviceCode: string, more?: Form, client?: string) => Promise<HttpResponse>
  /** Types a code at `/device`. */
  readonly type: (userCode: string) => Promise<Arrival>
  /** Types a code, says that it is theirs, and logs in as far as that is asked. */
  readonly reachConsent: (userCode: string, username?: string) => Promise<Arrival>
  /** All of it, up to the page that says that the device goes on. */
  readonly approve: (userCode: string, scope: readonly string[], username?: string) => Promise<Arrival>
}

/** Starts the server; the test moves its clock. */
export async function openDevices(
  overrides: WorldOverrides & { readonly device?: DeviceFlowOptions } = {},
): Promise<DeviceWorld> {
  const { device = {}, features = [], clients = [], ...given } = overrides
  const opened = await openWorld({
    ...given,
    features: [deviceFlow(device), ...features],
    clients: [...Object.values(devices), ...clients],
  })
  const { server, browser } = opened
  const post: DeviceWorld['post'] = (path, form, client = 'tv', remoteAddress = '192.0.2.1') => {
    const isPublic = client === 'tv'
    const fields = isPublic ? { client_id: client, ...form } : form
    const basic = isPublic ? {} : { basic: [client, clientSecret] as const }
    return server.handle(request({ path: server.context.basePath + path, form: fields, remoteAddress, ...basic }))
  }
  const ask: DeviceWorld['ask'] = (form = {}, client = 'tv') =>
    post('/device_authorization', { scope: 'openid read_pets write_pets', ...form }, client)
  const type = async (userCode: string) => {
    const page = pageOf(await browser.open(`${server.context.basePath}/device`))
    return browser.post(`${server.context.basePath}/device`, { ...hiddenFields(page), user_code: userCode })
  }
  const reachConsent = async (userCode: string, username = 'alice') => {
    const confirm = hiddenFields(pageOf(await type(userCode)))
    const next = await browser.post(`${server.context.basePath}/device/confirm`, { ...confirm, decision: 'yes' })
    if (pageOf(next).page !== 'login') return next
    return browser.post(`${server.context.basePath}/login`, { ...hiddenFields(pageOf(next)), username, password })
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
    poll: (deviceCode, more = {}, client = 'tv') =>
      post('/token', { grant_type: deviceGrantType, device_code: deviceCode, ...more }, client),
    type,
    reachConsent,
    approve: async (userCode, scope, username) => {
      const fields = hiddenFields(pageOf(await reachConsent(userCode, username)))
      return browser.post(`${server.context.basePath}/consent`, { ...fields, scope, decision: 'allow' })
    },
  }
}
