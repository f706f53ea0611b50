import { createSecretLedger, type SecretLedger } from '../../secret/secret.ts'
import type { ServerTarget, Target, TestClient, TestUser } from '../../target/target.ts'
import type { Exchange, HeaderField, ReceivedResponse, Send, SentRequest } from '../../wire/exchange.ts'
import { type FrontChannel, redirectedTo, type Visit } from '../front-channel.ts'
import type { ServerAccess } from '../server-access.ts'

/** What the scripted server answers; a text is a body of 200. */
export type Answer = { readonly status?: number; readonly headers?: readonly HeaderField[]; readonly body?: unknown }

/** Answers by path; `undefined` is 404. */
export type Script = Readonly<Record<string, (request: Asked) => Answer | undefined | Promise<Answer | undefined>>>

/** A request as scripts read it. */
type Asked = { readonly request: SentRequest; readonly form: URLSearchParams; readonly query: URLSearchParams }

/** A `Send` that answers by a script and remembers what was sent. */
export function scriptedSend(script: Script): { readonly send: Send; readonly sent: SentRequest[] } {
  const sent: SentRequest[] = []
  const send: Send = async request => {
    sent.push(request)
    const url = new URL(request.target, request.origin)
    const form = new URLSearchParams(request.body ?? '')
    const answer = await script[url.pathname]?.({ request, form, query: url.searchParams })
    return answered(request, answer ?? { status: 404 })
  }
  return { send, sent }
}

/** The exchange of an answer. */
export function answered(request: SentRequest, { status = 200, headers = [], body = '' }: Answer): Exchange {
  const isText = typeof body === 'string'
  const type: HeaderField = ['content-type', isText ? 'text/html' : 'application/json']
  const response: ReceivedResponse = {
    status,
    headers: [type, ...headers],
    body: isText ? body : JSON.stringify(body),
    isCut: false,
  }
  return { request, sentAt: 0, duration: 1, kind: 'answered', response }
}

/** The issuer of the scripted server. */
export const issuer = 'https://as.example'

/** Metadata with all endpoints. */
export const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  device_authorization_endpoint: `${issuer}/device`,
  jwks_uri: `${issuer}/jwks`,
  dpop_signing_alg_values_supported: ['ES256'],
}

/** Makes a client; it has a secret and the usual grants. */
export function clientWith(change: Partial<TestClient> = {}, secrets: SecretLedger = createSecretLedger()): TestClient {
  return {
    name: 'web',
    clientId: 'web',
    credential: { method: 'client_secret_basic', secret: secrets.secret('client secret', 's3cret of the client') },
    redirectUris: ['https://app.example/callback'],
    grantTypes: ['authorization_code', 'client_credentials', 'refresh_token'],
    mayIntrospect: false,
    ...change,
  }
}

/** Makes a user. */
export function userWith(change: Partial<TestUser> = {}, secrets: SecretLedger = createSecretLedger()): TestUser {
  return { name: 'Ada', username: 'ada', password: secrets.secret('password', 'open sesame'), owns: {}, ...change }
}

/** Makes a server. */
export function serverWith(change: Partial<ServerTarget> = {}): ServerTarget {
  return {
    issuer,
    metadata,
    provider: 'unknown',
    clients: [clientWith()],
    users: [userWith()],
    isUnderTest: false,
    ...change,
  }
}

/** Makes a target with a server. */
export function targetWith(server: ServerTarget | undefined, change: Partial<Target> = {}): Target {
  return { levels: new Set(['L0']), mayWrite: false, depth: 'guard', ...(server && { server }), ...change }
}

/** A clock that only moves when it is told to, or when somebody waits. */
export function clockAt(start = 1_700_000_000_000): {
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  readonly pass: (milliseconds: number) => void
  readonly waits: readonly number[]
} {
  let time = start
  const waits: number[] = []
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return {
    now: () => time,
    wait: async milliseconds => {
      waits.push(milliseconds)
      pass(milliseconds)
    },
    pass,
    waits,
  }
}

/** Access to a scripted server. */
export function accessTo(
  script: Script,
  change: Partial<ServerTarget> = {},
): ServerAccess & { readonly sent: readonly SentRequest[]; readonly clock: ReturnType<typeof clockAt> } {
  const { send, sent } = scriptedSend(script)
  const clock = clockAt()
  return {
    server: serverWith(change),
    send,
    sent,
    secrets: createSecretLedger(),
    now: clock.now,
    wait: clock.wait,
    clock,
  }
}

/** A browser whose user agrees to everything: the server's answer is made of the request's own parameters. */
export function agreeingFront(
  secrets: SecretLedger,
  answer: (query: URLSearchParams) => Readonly<Record<string, string>>,
): FrontChannel & { readonly visits: (Visit & { readonly query: URLSearchParams })[] } {
  const visits: (Visit & { readonly query: URLSearchParams })[] = []
  return {
    visits,
    visit: async (url, visit) => {
      const query = new URL(url).searchParams
      visits.push({ ...visit, query })
      return redirectedTo(`${query.get('redirect_uri')}?${new URLSearchParams(answer(query)).toString()}`, secrets)
    },
    close: async () => undefined,
  }
}
