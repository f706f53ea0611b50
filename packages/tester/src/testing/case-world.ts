import { randomBytes } from 'node:crypto'
import { buildCall } from '../call/build-call.ts'
import { isProbe, type Judgement, nameOfProbe, type Probe, type Skip, type TestCase } from '../catalogue/test-case.ts'
import { makeDpopProof } from '../node/dpop-proof.ts'
import type { ProbeContext, ServerTools } from '../run/probe-context.ts'
import type { Target } from '../target/target.ts'
import { leastScopeOf } from '../tokens/least-scope.ts'
import type { HeldToken } from '../tokens/token.ts'
import { type Exchange, type Send, type SentRequest, withField } from '../wire/exchange.ts'
import { createMemoryCanary } from './memory-canary.ts'
import type { Defect } from './planted-api/defects.ts'
import { createPlantedApi, type PlantedApi } from './planted-api/planted-api.ts'
import { plantedTokens } from './planted-api/tokens.ts'

/** How a case is run in memory. */
export type CaseOptions = {
  readonly defects?: readonly Defect[]
  /** Keeps the probes whose name holds this text, or that it chooses. */
  readonly only?: string | ((probe: Probe) => boolean)
  /** Changes what is known of the target before the case is planned. */
  readonly retarget?: (target: Target) => Target
  readonly server?: ServerTools
}

/** What became of one probe of a case. */
export type CaseResult = {
  readonly probe: Probe
  readonly name: string
  readonly judgement: Judgement
  /** What it sent, in order. */
  readonly sent: readonly Exchange[]
}

/** A planted API with everything that a probe asks for, all in memory and with a clock of its own. */
export type CaseWorld = {
  readonly api: PlantedApi
  readonly target: Target
  /** A context that records what is sent through it. */
  readonly context: (sent: Exchange[]) => ProbeContext
}

/**
 * Plans a case on the planted API and runs each of its probes, each on an API of its own, in memory.
 * @example
 * const results = await runCase(unsignedTokens, { defects: ['alg-none'] })
 */
export async function runCase(testCase: TestCase, options: CaseOptions = {}): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  const planned = testCase.plan(createCaseWorld(options).target)
  for (const [index, expected] of planned.entries()) {
    if (!isProbe(expected) || !isChosen(expected, options.only)) continue
    const world = createCaseWorld(options)
    const probe = testCase.plan(world.target)[index]
    if (probe === undefined || !isProbe(probe)) throw new TypeError(`\`${testCase.id}\` plans differently each time`)
    const sent: Exchange[] = []
    const judgement = await probe.run(world.context(sent))
    results.push({ probe, name: nameOfProbe(probe), judgement, sent })
  }
  return results
}

/** What a case leaves out on the planted API, with the reasons. */
export function skipsOf(testCase: TestCase, options: CaseOptions = {}): readonly Skip[] {
  return testCase.plan(createCaseWorld(options).target).filter((planned): planned is Skip => !isProbe(planned))
}

function isChosen(probe: Probe, only: CaseOptions['only']): boolean {
  if (only === undefined) return true
  return typeof only === 'string' ? nameOfProbe(probe).includes(only) : only(probe)
}

/** Makes a planted API and what a probe works with. */
export function createCaseWorld({ defects = [], retarget = same, server }: CaseOptions = {}): CaseWorld {
  let time = Date.UTC(2026, 5, 1, 12)
  const now = () => time
  const wait = async (milliseconds: number) => {
    time += milliseconds
  }
  const canary = createMemoryCanary()
  const api = createPlantedApi({ defects, now, wait, fetchText: async url => canary.fetchText(url) })
  const target = retarget(api.target)
  const tokens = plantedTokens({ api, now, has: defect => defects.includes(defect) })
  const { testIssuer, api: described } = target
  if (described === undefined) throw new TypeError('a case world has an API')
  return {
    api,
    target,
    context: sent => ({
      target,
      secrets: api.secrets,
      send: recording(api.send, sent),
      call: (operation, change) => buildCall(operation, described, change),
      withToken: (request, token) => withToken(request, token, { api, now }),
      tokens,
      leastScope: operation => leastScopeOf(described, operation),
      ...(testIssuer && { testIssuer }),
      ...(server && { server }),
      canary,
      now,
      wait,
      randomBytes: length => randomBytes(length),
      onEnd: () => {},
    }),
  }
}

function same(target: Target): Target {
  return target
}

function recording(send: Send, sent: Exchange[]): Send {
  return async (request, options) => {
    const exchange = await send(request, options)
    sent.push(exchange)
    return exchange
  }
}

type Holding = { readonly api: PlantedApi; readonly now: () => number }

/** Puts a token on a request, with a proof where it is bound. @spec RFC 6750 §2.1, RFC 9449 §7.1 */
function withToken(request: SentRequest, token: HeldToken, { api, now }: Holding): SentRequest {
  const { accessToken, dpopKey, tokenType } = token
  const authorized = withField(request, ['Authorization', `${tokenType} ${accessToken.reveal()}`])
  if (dpopKey === undefined) return authorized
  const { method, origin, target } = request
  const proof = makeDpopProof({ key: dpopKey, method, url: `${origin}${target}`, accessToken, now }, api.secrets)
  return withField(authorized, ['DPoP', proof.reveal()])
}
