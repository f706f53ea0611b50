import type { OutboundRequest } from '../../../ports/world.ts'
import { type OpenedWorld, openWorld, sentParameters, verifier } from '../../../testing/authorize.ts'
import { type Arrival, hiddenFields, pageOf } from '../../../testing/browser.ts'
import { clientSecret, password, redirectUri, testClient } from '../../../testing/clients.ts'
import { bodyOf, request } from '../../../testing/requests.ts'
import type { WorldOverrides } from '../../../testing/world.ts'
import { type BackchannelLogoutOptions, backchannelLogout } from '../backchannel-logout.ts'

const told = (name: string) => ({ metadata: { backchannel_logout_uri: `https://${name}.example/logout` } })

/** Clients that are told of logouts: one, one more, one that knows its users by pairwise subjects, and one that is not told. */
const hearers = {
  shop: testClient({ name: 'shop', ...told('shop') }),
  blog: testClient({ name: 'blog', ...told('blog'), idTokenAlgorithm: 'EdDSA' }),
  pair: testClient({ name: 'pair', ...told('pair'), subjectType: 'pairwise' }),
  deaf: testClient({ name: 'deaf' }),
} as const

/** What a client answers: a status, or nothing that could be reached. */
type Answer = number | 'unreachable'

/** A server with back-channel logout, and what its clients were sent. */
export type LogoutWorld = OpenedWorld & {
  /** The user logs in to a client, answered with its tokens. */
  readonly enter: (client: string, scope?: string) => Promise<Readonly<Record<string, unknown>>>
  /** As `enter`, but the code is kept. */
  readonly takeCode: (client: string, scope?: string) => Promise<string>
  readonly redeem: (client: string, code: string) => Promise<Readonly<Record<string, unknown>>>
  /** The user logs out on a page. */
  readonly leave: () => Promise<Arrival>
  readonly sent: OutboundRequest[]
  readonly answers: { next: Answer }
  /** Does once what the server does again and again. */
  readonly runTasks: () => Promise<void>
}

/** Starts it. */
export async function logoutWorld(
  options: BackchannelLogoutOptions = {},
  overrides: WorldOverrides = {},
): Promise<LogoutWorld> {
  const sent: OutboundRequest[] = []
  const answers: { next: Answer } = { next: 200 }
  const opened = await openWorld({
    clients: Object.values(hearers),
    features: [backchannelLogout(options)],
    outbound: async outgoing => {
      sent.push(outgoing)
      if (answers.next === 'unreachable') throw new Error('nobody is there')
      return { status: answers.next, headers: {}, body: '' }
    },
    ...overrides,
  })
  const { server, browser } = opened
  const takeCode = async (client: string, scope = 'openid') => {
    let arrival = await opened.authorize({ client_id: client, scope })
    if (arrival.location === undefined && pageOf(arrival).page === 'login')
      arrival = await browser.post('/login', { ...hiddenFields(pageOf(arrival)), username: 'alice', password })
    if (arrival.location === undefined) {
      const answer = { ...hiddenFields(pageOf(arrival)), scope: scope.split(' '), decision: 'allow' }
      arrival = await browser.post('/consent', answer)
    }
    return sentParameters(arrival).get('code') ?? ''
  }
  const redeem = async (client: string, code: string) => {
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
    return bodyOf(await server.handle(request({ path: '/token', form, basic: [client, clientSecret] })))
  }
  return {
    ...opened,
    takeCode,
    redeem,
    enter: async (client, scope) => redeem(client, await takeCode(client, scope)),
    leave: async () => {
      const page = pageOf(await browser.open('/logout'))
      return browser.post('/logout', { ...hiddenFields(page), decision: 'logout' })
    },
    sent,
    answers,
    runTasks: async () => {
      for (const task of server.context.mounted.tasks) await task.run(server.context)
    },
  }
}

/** The logout token that a request carries. */
export function logoutTokenOf({ body = '' }: OutboundRequest): string {
  return new URLSearchParams(body).get('logout_token') ?? ''
}
