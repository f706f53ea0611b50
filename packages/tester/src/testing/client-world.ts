import { randomBytes } from 'node:crypto'
import { createHostileServer } from '../cases/client/hostile-server.ts'
import { isProbe, type Judgement, type Probe, type TestCase } from '../catalogue/test-case.ts'
import type { ProbeContext } from '../run/probe-context.ts'
import { createSecretLedger } from '../secret/secret.ts'
import type { ApiTarget, Target } from '../target/target.ts'
import { leastScopeOf } from '../tokens/least-scope.ts'
import type { Send } from '../wire/exchange.ts'
import { createMemoryCanary } from './memory-canary.ts'
import type { MistakeName } from './small-client/mistakes.ts'
import { createSmallClient } from './small-client/small-client.ts'

/** How a case against a client is run in memory. */
export type ClientCaseOptions = {
  readonly mistakes?: readonly MistakeName[]
  /** An API whose operations the client calls. */
  readonly api?: ApiTarget
  readonly calls?: readonly string[]
  /** Stands in the place of the small client. */
  readonly between?: (send: Send) => Send
}

/** What became of one probe. */
export type ClientCaseResult = { readonly probe: Probe; readonly judgement: Judgement }

const origin = 'https://client.small.test'
const issuer = 'https://played.small.test'

/** Runs each probe of a case on a small client of its own, in memory. */
export async function runClientCase(
  testCase: TestCase,
  options: ClientCaseOptions = {},
): Promise<readonly ClientCaseResult[]> {
  const results: ClientCaseResult[] = []
  for (const index of testCase.plan(clientWorld(options).target).keys()) {
    const { target, context } = clientWorld(options)
    const probe = testCase.plan(target)[index]
    if (probe !== undefined && isProbe(probe)) results.push({ probe, judgement: await probe.run(context) })
  }
  return results
}

/** A small client that trusts a played server, and what a probe works with. */
export function clientWorld({ mistakes = [], api, calls, between = send => send }: ClientCaseOptions = {}): {
  readonly target: Target
  readonly context: ProbeContext
} {
  const secrets = createSecretLedger()
  const now = () => Date.UTC(2026, 5, 1, 12)
  const server = createHostileServer({ issuer, secrets, now })
  const small = createSmallClient({ origin, issuer, now, mistakes: new Set(mistakes), send: request => send(request) })
  const send: Send = async request => {
    const response = request.origin === issuer ? await server.answer(request) : await small(request)
    return { kind: 'answered', request, sentAt: now(), duration: 1, response }
  }
  const client = {
    title: 'small',
    startUrl: `${origin}/login`,
    callback: `${origin}/callback`,
    clientId: 'small',
    server,
    ...(calls !== undefined && { calls }),
  }
  const target: Target = {
    client,
    ...(api !== undefined && { api }),
    levels: new Set(['L0'] as const),
    mayWrite: false,
    depth: 'guard',
  }
  const context: ProbeContext = {
    target,
    secrets,
    send: between(send),
    call: () => undefined,
    withToken: request => request,
    tokens: {
      token: async () => ({ kind: 'unavailable', reason: 'no API is under test' }),
      revoke: async () => 'unsupported',
    },
    leastScope: operation => (api === undefined ? [] : leastScopeOf(api, operation)),
    canary: createMemoryCanary(),
    now,
    wait: async () => undefined,
    randomBytes: length => randomBytes(length),
    onEnd: () => undefined,
  }
  return { target, context }
}
