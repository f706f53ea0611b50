// RFC 6749 §1.3, RFC 8628 §1, RFC 9700 §2.1.2, §2.4
import type { ServerTarget, TestClient, TestUser } from '../target/target.ts'
import { textIn, textsIn } from './json-object.ts'
import { peculiaritiesOf } from './peculiarities.ts'
import { endpointOf } from './server-access.ts'
import type { Holder, TokenWish } from './token.ts'

/** How a token is got. The last two are used only where the configuration asks for them by name. */
export type FlowName = 'authorization_code' | 'device_code' | 'client_credentials' | 'password' | 'implicit'

/** One way to get a token, and why it is this one: for the plan that people read. */
export type FlowChoice = {
  readonly flow: FlowName
  readonly holder: Holder
  readonly client: TestClient
  readonly user?: TestUser
  readonly why: string
}

/** What the configuration says about flows. */
export type FlowOptions = {
  /** The flow for users, instead of the one that fits best. */
  readonly userFlow?: Exclude<FlowName, 'client_credentials'>
}

/** The ways to get a token, the best one first, and why others are not among them. */
export type FlowChoices = { readonly choices: readonly FlowChoice[]; readonly reasons: readonly string[] }

/** The grant type that a client must be registered for. @spec RFC 6749 §4, RFC 8628 §3.4 */
const grantTypeOf = {
  authorization_code: 'authorization_code',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
  client_credentials: 'client_credentials',
  password: 'password',
  implicit: 'implicit',
} as const satisfies Record<FlowName, string>

const reasons: Readonly<Record<FlowName, string>> = {
  authorization_code: 'a user is wanted, and authorization code with PKCE is how a user’s token is got',
  device_code: 'a user is wanted, and no client with a redirect URI can be used: the device flow needs none',
  client_credentials: 'no user is wanted: a client gets its own token by client credentials',
  password: 'the configuration asks for the password grant',
  implicit: 'the configuration asks for the implicit grant',
}

/** Chooses how to get a token. Pure: nothing is sent. */
export function chooseFlows(wish: TokenWish, server: ServerTarget, options: FlowOptions = {}): FlowChoices {
  const problem = problemOfBinding(wish, server)
  if (problem !== undefined) return { choices: [], reasons: [problem] }
  const holders: readonly Holder[] =
    wish.holder === undefined
      ? [
          { kind: 'user', user: 'first' },
          { kind: 'client', client: 'first' },
        ]
      : [wish.holder]
  const all = holders.map(holder => flowsFor(holder, { wish, server, options }))
  return { choices: all.flatMap(({ choices }) => choices), reasons: all.flatMap(each => each.reasons) }
}

/** @spec RFC 9449 §5.1, RFC 8705 §3.3 */
function problemOfBinding({ binding }: TokenWish, { metadata }: ServerTarget): string | undefined {
  if (binding === 'dpop' && textsIn(metadata, 'dpop_signing_alg_values_supported') === undefined)
    return 'the server does not say that it binds tokens by DPoP'
  if (binding === 'mtls' && metadata['tls_client_certificate_bound_access_tokens'] !== true)
    return 'the server does not say that it binds tokens to certificates'
  return undefined
}

type Situation = { readonly wish: TokenWish; readonly server: ServerTarget; readonly options: FlowOptions }

function flowsFor(holder: Holder, situation: Situation): FlowChoices {
  const { server, options } = situation
  if (holder.kind === 'client') return choiceOf('client_credentials', holder, situation)
  const user = server.users[holder.user === 'first' ? 0 : 1]
  if (user === undefined) return { choices: [], reasons: [`no ${holder.user} user is configured`] }
  if (options.userFlow !== undefined) return withUser(choiceOf(options.userFlow, holder, situation), user)
  const code = choiceOf('authorization_code', holder, situation)
  if (code.choices.length > 0) return withUser(code, user)
  const device = choiceOf('device_code', holder, situation)
  return withUser({ choices: device.choices, reasons: [...code.reasons, ...device.reasons] }, user)
}

function withUser({ choices, reasons: why }: FlowChoices, user: TestUser): FlowChoices {
  return { choices: choices.map(choice => ({ ...choice, user })), reasons: why }
}

function choiceOf(flow: FlowName, holder: Holder, { wish, server }: Situation): FlowChoices {
  const unsupported = whyUnsupported(flow, server)
  if (unsupported !== undefined) return { choices: [], reasons: [unsupported] }
  const fitting = server.clients.filter(client => whyUnfit(client, flow, wish) === undefined)
  const client = fitting[holder.kind === 'client' && holder.client === 'second' ? 1 : 0]
  if (client !== undefined) return { choices: [{ flow, holder, client, why: reasons[flow] }], reasons: [] }
  if (fitting.length > 0) return { choices: [], reasons: [`no second client can use ${inWords(flow)}`] }
  const unfit = server.clients.map(each => `the client \`${each.name}\` ${whyUnfit(each, flow, wish)}`)
  return { choices: [], reasons: unfit.length > 0 ? unfit : ['no client is configured'] }
}

/** Why the server does not do a flow, as its metadata has it. @spec RFC 8414 §2 */
function whyUnsupported(flow: FlowName, server: ServerTarget): string | undefined {
  const grants = textsIn(server.metadata, 'grant_types_supported')
  if (grants !== undefined && !grants.includes(grantTypeOf[flow])) return `the server does not offer ${inWords(flow)}`
  const endpoint = {
    authorization_code: 'authorization_endpoint',
    implicit: 'authorization_endpoint',
    device_code: 'device_authorization_endpoint',
    client_credentials: 'token_endpoint',
    password: 'token_endpoint',
  }[flow]
  return endpointOf(server, endpoint) === undefined ? `the server has no \`${endpoint}\`` : undefined
}

/** Why a client cannot be used, in words that follow its name. */
function whyUnfit(client: TestClient, flow: FlowName, { scope, binding }: TokenWish): string | undefined {
  const { credential, grantTypes, redirectUris } = client
  if (!grantTypes.includes(grantTypeOf[flow])) return `is not configured for ${inWords(flow)}`
  if (flow === 'client_credentials' && credential.method === 'none')
    return 'is public, and client credentials need a secret or key'
  if ((flow === 'authorization_code' || flow === 'implicit') && redirectUris.length === 0) return 'has no redirect URI'
  if (binding === 'mtls' && !('certificate' in credential)) return 'has no certificate to bind a token to'
  const beyond = client.scope === undefined ? [] : scope.filter(token => client.scope?.includes(token) === false)
  return beyond.length > 0 ? `may not ask for ${beyond.map(token => `\`${token}\``).join(', ')}` : undefined
}

function inWords(flow: FlowName): string {
  return flow.replace('_', ' ')
}

/** Grants that the server offers and should not, for people. @spec RFC 9700 §2.1.2, §2.4 */
export function discouragedGrants({ metadata }: Pick<ServerTarget, 'metadata'>): readonly string[] {
  const grants = textsIn(metadata, 'grant_types_supported') ?? []
  const types = textsIn(metadata, 'response_types_supported') ?? []
  return [
    ...(grants.includes('password') ? ['the server offers the password grant, which shows passwords to clients'] : []),
    ...(grants.includes('implicit') || types.some(type => type.split(' ').includes('token'))
      ? ['the server offers the implicit grant, which puts access tokens into addresses']
      : []),
  ]
}

/** What people should know about a server before they read a report: its product's ways, and what it should not offer. */
export function notesOn(server: Pick<ServerTarget, 'metadata' | 'provider'>): readonly string[] {
  return [...peculiaritiesOf(server.provider).notes, ...discouragedGrants(server)]
}

/** What a flow stands on, in one sentence for the plan. */
export function sentenceOf({ flow, client, user, why }: FlowChoice, server: ServerTarget): string {
  const who = user === undefined ? '' : ` as \`${user.name}\``
  const host = URL.parse(textIn(server.metadata, 'token_endpoint') ?? server.issuer)?.host ?? server.issuer
  return `${inWords(flow)} with the client \`${client.name}\`${who} at ${host}: ${why}`
}
