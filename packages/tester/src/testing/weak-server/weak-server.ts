// RFC 6749 §3
import { createSecretLedger, type SecretLedger } from '../../secret/secret.ts'
import type { ServerTarget, Target } from '../../target/target.ts'
import type { HeaderField, ReceivedResponse, Send, SendFailure, SendOptions, SentRequest } from '../../wire/exchange.ts'
import { authorize, notFound } from './authorize.ts'
import type { WeakDefectName } from './defects.ts'
import { authorizeDevice, devicePage } from './grant-device.ts'
import { consent, login } from './interaction.ts'
import { introspect, revoke, userinfo } from './introspect.ts'
import { logout } from './logout.ts'
import { readRequest, type WeakRequest } from './message.ts'
import { metadataOf, serveKeys, serveMetadata } from './metadata.ts'
import { push } from './pushed.ts'
import { manageRegistration, register } from './register.ts'
import { createState, serverTarget, testClients, testUsers, weakKeys } from './setting.ts'
import { token } from './token.ts'
import type { WeakState, WeakWorld } from './world.ts'

/** How a weak server is made. */
export type WeakOptions = {
  readonly defects?: readonly WeakDefectName[]
  readonly issuer?: string
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly wait?: (milliseconds: number) => Promise<void>
  /** Fetches an address, where a weakness makes it fetch. */
  readonly fetchText?: (url: string) => Promise<string | undefined>
  readonly secrets?: SecretLedger
}

/** An authorization server with switchable weaknesses; without any it is careful. */
export type WeakServer = {
  readonly answer: (request: SentRequest) => Promise<ReceivedResponse>
  readonly send: Send
  readonly target: Target & { readonly server: ServerTarget }
  readonly secrets: SecretLedger
  /** What it remembers, for tests that want to look. */
  readonly state: WeakState
}

type Endpoint = (request: WeakRequest, world: WeakWorld) => ReceivedResponse | Promise<ReceivedResponse>

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/jwks': (_request, world) => serveKeys(world),
  '/authorize': authorize,
  '/login': login,
  '/consent': consent,
  '/token': token,
  '/introspect': introspect,
  '/revoke': revoke,
  '/userinfo': userinfo,
  '/par': push,
  '/device_authorization': authorizeDevice,
  '/device': devicePage,
  '/register': register,
  '/logout': logout,
}

/** Makes an authorization server in memory. */
export function createWeakServer(options: WeakOptions = {}): WeakServer {
  const { defects = [], issuer = 'https://as.weak.test', now = Date.now, secrets = createSecretLedger() } = options
  const keys = weakKeys()
  const { publicJwk } = keys.signed
  const privateJwk = secrets.secret('private key', keys.signed.privateJwk.reveal())
  const clients = testClients({ secrets, signedKey: { publicJwk, privateJwk }, certificate: keys.certificate })
  const users = testUsers(secrets)
  const on = new Set(defects)
  const world: WeakWorld = {
    issuer,
    state: createState(clients, users),
    now,
    wait: options.wait ?? (async () => undefined),
    has: defect => on.has(defect),
    signingKey: keys.signing,
    decoyKey: keys.decoy,
    fetchText: options.fetchText ?? (async () => undefined),
  }
  const answer = async (request: SentRequest) => route(readRequest(request), world)
  const send: Send = async (request, sending) => {
    const sentAt = now()
    const closed = closedTo(request, sending, world)
    if (closed !== undefined) return { kind: 'failed', request, sentAt, duration: 1, ...closed }
    return { kind: 'answered', request, sentAt, duration: 1, response: await answer(request) }
  }
  const server = serverTarget(issuer, metadataOf(world), { clients, users })
  const target = { server, levels: new Set(['S', 'L0'] as const), mayWrite: true, depth: 'guard' } as const
  return { answer, send, target, secrets, state: world.state }
}

/** What a careful server does not even hear: plain http beside https, and old versions of TLS. */
function closedTo(
  { origin, target }: SentRequest,
  { tls }: SendOptions = {},
  { issuer, has }: WeakWorld,
): { readonly failure: SendFailure; readonly detail: string } | undefined {
  if (tls?.version !== undefined && !has('tls-old')) return { failure: 'tls', detail: 'the version is not spoken' }
  const isPlain = origin.startsWith('http:') && issuer.startsWith('https:')
  const isOpen = has('plain-http') || (has('endpoint-plain') && target === '/userinfo')
  return isPlain && !isOpen ? { failure: 'refused', detail: 'nobody listens' } : undefined
}

async function route(request: WeakRequest, world: WeakWorld): Promise<ReceivedResponse> {
  const { path } = request
  const response = await answerAt(path, request, world)
  const isCors = world.has('cors-everywhere') && path === '/authorize'
  const more: readonly HeaderField[] = [
    ...(isCors ? [['access-control-allow-origin', '*'] satisfies HeaderField] : []),
    ...(world.has('no-hsts') ? [] : [['strict-transport-security', 'max-age=31536000'] satisfies HeaderField]),
  ]
  return { ...response, headers: [...response.headers, ...more] }
}

const wellKnown = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)$/
const anyWellKnown = /\/\.well-known\/(oauth-authorization-server|openid-configuration)/

async function answerAt(path: string, request: WeakRequest, world: WeakWorld): Promise<ReceivedResponse> {
  if (wellKnown.test(path)) return serveMetadata(world)
  if (world.has('metadata-for-any-path') && anyWellKnown.test(path)) return serveMetadata(world)
  if (path.startsWith('/register/')) return manageRegistration(request, world)
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined
  return endpoint === undefined ? notFound(world) : endpoint(request, world)
}
