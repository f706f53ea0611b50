import { createSecretLedger, type SecretLedger } from '../../secret/secret.ts'
import type { Target } from '../../target/target.ts'
import type { HeldToken } from '../../tokens/token.ts'
import type { Exchange, ReceivedResponse, Send, SentRequest } from '../../wire/exchange.ts'
import { fieldValue } from '../../wire/exchange.ts'
import type { RunParts, RunTokens } from '../context.ts'
import type { Pacing } from '../paced-send.ts'
import { createRunWire } from '../run-wire.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** The token that is good at the API of these tests. */
export const goodToken = 'good-token-of-these-tests'

/** What an API of these tests answers; absent: what a careful one does. */
export type Answer = (request: SentRequest) => Partial<ReceivedResponse> | Promise<Partial<ReceivedResponse>>

/** What a run in memory consists of. */
export type MemoryParts = {
  readonly parts: RunParts
  readonly clock: VirtualClock
  readonly secrets: SecretLedger
  /** Everything that reached the API: `GET /pets good`. */
  readonly seen: readonly string[]
}

/** What is different from a careful API with a good token source. */
export type MemoryOptions = {
  readonly answer?: Answer
  readonly tokens?: Partial<RunTokens>
  readonly pacing?: Pacing
}

/** Makes the parts of a run against an API that is a function. */
export function memoryParts(
  target: Target,
  { answer = careful, tokens = {}, pacing }: MemoryOptions = {},
): MemoryParts {
  const clock = createVirtualClock()
  const secrets = createSecretLedger()
  const seen: string[] = []
  const send: Send = async request => {
    seen.push(`${request.method} ${request.target} ${isGood(request) ? 'good' : 'bad'}`)
    const response = { status: 200, headers: [], body: '', isCut: false, ...(await answer(request)) }
    return { kind: 'answered', request, sentAt: clock.now(), duration: 1, response } satisfies Exchange
  }
  const token: HeldToken = {
    accessToken: secrets.secret('access token', goodToken),
    tokenType: 'Bearer',
    scope: [],
    holder: { kind: 'client', client: 'first' },
    expiresAt: clock.now() + 900_000,
    from: 'server',
  }
  const source: RunTokens = {
    token: async () => ({ kind: 'token', token }),
    revoke: async () => 'revoked',
    ...tokens,
  }
  const canary = { url: (name: string) => `http://localhost:9999/${name}`, hits: () => 0, answer: () => {} }
  const wire = createRunWire({ send, clock, target, ...(pacing === undefined ? {} : { pacing }) })
  return { parts: { target, secrets, wire, clock, tokens: source, canary }, clock, secrets, seen }
}

/** Lets in whoever has the good token. */
export const careful: Answer = request =>
  isGood(request) ? {} : { status: 401, headers: [['WWW-Authenticate', 'Bearer error="invalid_token"']] }

/** Whether a request has the good token. */
export function isGood({ headers }: SentRequest): boolean {
  return fieldValue(headers, 'authorization') === `Bearer ${goodToken}`
}
