import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isProbe, type Judgement, nameOfProbe, type TestCase, type Verdict } from '../catalogue/test-case.ts'
import type { ProbeContext } from '../run/probe-context.ts'
import type { Target } from '../target/target.ts'
import type { ReceivedResponse, Send, SendFailure, SendOptions, SentRequest } from '../wire/exchange.ts'
import { type CaseOptions, createCaseWorld, runCase } from './case-world.ts'
import { type Defect, defects } from './planted-api/defects.ts'

/** What a case must find in an API with one defect: the variants with their verdict; `-` is a case without variants. */
export type Found = Readonly<Partial<Record<'fail' | 'warn', readonly string[]>>>

/** What is claimed of a case. */
export type CaseClaims = {
  readonly testCase: TestCase
  /** What its tests prove: `RFC 8725 §3.2`. */
  readonly section: string
  readonly finds?: Readonly<Partial<Record<Defect, Found>>>
  /** Whether a careful API gives nothing to judge. */
  readonly isUntried?: true
}

/** Tests a case both ways: a careful API passes, and each defect is found in just these variants. */
export function describeCase({ testCase, section, finds = {}, isUntried }: CaseClaims): void {
  describe(testCase.id, () => {
    test(`${section}: a careful API passes ${testCase.id}`, async () => {
      const results = await runCase(testCase)
      const bad = results.filter(({ judgement: { verdict } }) => verdict !== 'pass' && verdict !== 'not_applicable')
      assert.deepEqual(
        bad.map(({ name, judgement }) => `${name}: ${judgement.reason}`),
        [],
      )
      assert.equal(
        results.some(({ judgement }) => judgement.verdict === 'pass'),
        isUntried !== true,
      )
    })
    for (const [defect, found] of Object.entries(finds).filter(isOfDefect))
      test(`${section}: ${testCase.id} finds that ${defects[defect].what}`, async () => {
        const results = await runCase(testCase, { defects: [defect] })
        for (const verdict of ['fail', 'warn'] as const)
          assert.deepEqual(variantsOf(results, verdict), [...(found[verdict] ?? [])].sort(), verdict)
      })
  })
}

function isOfDefect(entry: readonly [string, unknown]): entry is [Defect, Found] {
  return entry[0] in defects
}

type Result = { readonly probe: { readonly variant?: string }; readonly judgement: Judgement }

/** The variants that came to a verdict, each once, sorted. */
export function variantsOf(results: readonly Result[], verdict: Verdict): readonly string[] {
  const chosen = results.filter(({ judgement }) => judgement.verdict === verdict)
  return [...new Set(chosen.map(({ probe }) => probe.variant ?? '-'))].sort()
}

/** An answer, how long it took, or why there is none. */
type Reply =
  | (ReceivedResponse & { readonly duration?: number })
  | { readonly failure: SendFailure; readonly detail: string }

/** Stands between the tester and the planted API: answers by itself, or lets the API answer. */
export type Between = (
  request: SentRequest,
  send: Send,
  options?: SendOptions,
) => Reply | undefined | Promise<Reply | undefined>

type BehindOptions = CaseOptions & { readonly only?: string; readonly change?: (context: ProbeContext) => ProbeContext }

/** Runs a case with something between it and the planted API. */
export async function runBehind(
  testCase: TestCase,
  between: Between,
  { only = '', change = context => context, ...options }: BehindOptions = {},
): Promise<readonly Result[]> {
  const results: Result[] = []
  const world = createCaseWorld(options)
  const send = sendThrough(between, world.api.send)
  for (const probe of testCase.plan(world.target)) {
    if (!isProbe(probe) || !nameOfProbe(probe).includes(only)) continue
    results.push({ probe, judgement: await probe.run(change({ ...world.context([]), send })) })
  }
  return results
}

function sendThrough(between: Between, send: Send): Send {
  return async (request, options) => {
    const reply = await between(request, send, options)
    if (reply === undefined) return send(request, options)
    const sent = { request, sentAt: 0 }
    if ('failure' in reply) return { kind: 'failed', ...sent, ...reply, duration: 1 }
    const { duration = 1, ...response } = reply
    return { kind: 'answered', ...sent, response, duration }
  }
}

/** An answer, for what stands between. */
export function answerOf(status: number, headers: ReceivedResponse['headers'] = [], body = ''): ReceivedResponse {
  return { status, headers, body, isCut: false }
}

/** The target without a test issuer: what is tried with real tokens alone. */
export function withoutTestIssuer(target: Target): Target {
  const { testIssuer: _, ...others } = target
  return { ...others, levels: new Set(['S', 'L0'] as const) }
}
