// RFC 9110 §15.5.4, §15.5.5
import type { CaseText, Judgement, Probe, TestCase } from '../../catalogue/test-case.ts'
import type { CallChange, ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt, forgedToken, heldToken, jsonOf, type Supply, statusOf } from './attempt.ts'
import { pathParameters } from './call-values.ts'
import { inconclusive } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'
import { tokenOf } from './objects-calls.ts'
import { exclusiveIds, pathOf } from './objects-known.ts'
import { planWithPair } from './objects-owner.ts'
import { probeOn } from './probe-on.ts'

const samples = 15

/** RS-ERR-07: how long refusals take, for people to look at. */
export const refusalTimes: TestCase = caseOnGuards(
  {
    id: 'RS-ERR-07',
    title: 'how long refusals take',
    why: 'Where one reason of refusal takes much longer than another, a stranger learns from the clock what the answer does not say.',
    remedy: 'Look at large differences only: they come from looking something up before the token is known to be good.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 9700 §4'],
    tags: ['answers', 'timing'],
  },
  (operation, _api, target) => [
    {
      isExclusive: true,
      run: async context => {
        const scope = context.leastScope(operation)
        const good = heldToken(operation, scope)
        const figures = {
          goodMilliseconds: await medianOf(context, { operation, token: good }),
          badSignatureMilliseconds: await medianOf(context, { operation, token: tampered(good) }),
          ...(target.levels.has('L1') && {
            unknownUserMilliseconds: await medianOf(context, {
              operation,
              token: forgedToken(operation, { scope, claims: { sub: 'tester-nobody' } }),
            }),
          }),
        }
        if (Number.isNaN(figures.goodMilliseconds))
          return inconclusive('no good token could be had, so that there is nothing to measure')
        return { verdict: 'pass', reason: describe(figures), figures: known(figures), evidence: [] }
      },
    },
  ],
)

function describe(figures: Readonly<Record<string, number>>): string {
  const parts = Object.entries(known(figures)).map(([name, value]) => `${words[name] ?? name} ${value} ms`)
  return `measured only, in the middle of ${samples} calls: ${parts.join(', ')}`
}

const words: Readonly<Record<string, string>> = {
  goodMilliseconds: 'a good token',
  badSignatureMilliseconds: 'a changed token',
  unknownUserMilliseconds: 'an unknown user',
}

function known(figures: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)))
}

/** The same token with another last part. */
function tampered(supply: Supply): Supply {
  return async context => {
    const outcome = await supply(context)
    if (outcome.kind === 'unavailable') return outcome
    const text = outcome.token.accessToken.reveal()
    const at = Math.max(text.length - 8, 0)
    const changed = `${text.slice(0, at)}${text.slice(at).split('').toReversed().join('')}`
    const other = changed === text ? `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}` : changed
    return {
      kind: 'token',
      token: { ...outcome.token, accessToken: context.secrets.secret('access token', other), from: 'server' },
    }
  }
}

type Measured = { readonly operation: ApiOperation; readonly token: Supply; readonly change?: CallChange }

/** The middle of several calls in milliseconds; not a number where there is no token. */
async function medianOf(context: ProbeContext, measured: Measured): Promise<number> {
  const durations: number[] = []
  for (let index = 0; index < samples; index++) {
    const made = await attempt(context, measured)
    if (made.kind === 'not_sent') return Number.NaN
    durations.push(made.exchange.duration)
  }
  return Math.round(percentile(durations, 50) * 10) / 10
}

/** A percentile of measurements, by the nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length) - 1, 0)] ?? Number.NaN
}

const existenceText: CaseText = {
  id: 'RS-ERR-08',
  title: 'an object that is not there, and one that is somebody else’s',
  why: 'Where the two are answered differently, a stranger can find out which ids exist: customers, orders, invitations.',
  remedy: 'Answer both alike: 404 with the same words.',
  severity: 'low',
  level: 'L0',
  sources: ['RFC 9110 §15.5.4', 'OWASP API1:2023'],
  tags: ['answers', 'objects'],
}

/** RS-ERR-08: the two refusals side by side. */
export const missingOrForbidden: TestCase = {
  ...existenceText,
  plan: target =>
    planWithPair(existenceText, target, (operation, { pair }) => {
      const path = pathOf(operation, pair)
      const name = pathParameters(operation).at(-1)?.name
      const id = name === undefined ? undefined : exclusiveIds(pair, { operation, name })[0]
      if (path === undefined || name === undefined || id === undefined) return []
      const missing = { ...path, [name]: missingLike(id) }
      const run: Probe['run'] = context => tryExistence(context, { operation, path, missing })
      return [probeOn(existenceText, operation, {}, run)]
    }),
}

/** An id of the same form that nothing should have. */
function missingLike(id: string): string {
  if (/^\d+$/.test(id)) return '987654321'
  if (/^[0-9a-f]{8}-/i.test(id)) return '00000000-0000-4000-8000-0000000000ff'
  return `${id}-tester`
}

type Existence = {
  readonly operation: ApiOperation
  readonly path: Readonly<Record<string, string>>
  readonly missing: Readonly<Record<string, string>>
}

async function tryExistence(context: ProbeContext, { operation, path, missing }: Existence): Promise<Judgement> {
  const ask = (values: Readonly<Record<string, string>>) =>
    attempt(context, { operation, token: tokenOf(operation, 'second'), change: { path: values } })
  const forbidden = await ask(path)
  const absent = await ask(missing)
  if (forbidden.kind === 'not_sent') return forbidden.judgement
  if (absent.kind === 'not_sent') return absent.judgement
  const evidence = [forbidden.exchange, absent.exchange]
  const statuses = [statusOf(forbidden.exchange), statusOf(absent.exchange)]
  if (statuses.some(status => status === undefined || status < 400 || status >= 500 || status === 429))
    return inconclusive('one of the two was not refused, so that nothing can be compared', ...evidence)
  const figures = { forbiddenMilliseconds: forbidden.exchange.duration, missingMilliseconds: absent.exchange.duration }
  const warn = (reason: string): Judgement => ({
    verdict: 'warn',
    reason,
    evidence,
    figures,
    complaint: 'existence shows',
  })
  if (statuses[0] !== statuses[1])
    return warn(`what is somebody else’s is answered by ${statuses[0]}, what is not there by ${statuses[1]}`)
  if (shapeOf(forbidden.exchange) !== shapeOf(absent.exchange))
    return warn(`both are answered by ${statuses[0]}, but in different words`)
  return { verdict: 'pass', reason: `both are answered by ${statuses[0]} in the same words`, evidence, figures }
}

/** What an answer looks like without the values that may differ: ids, times, traces. */
function shapeOf(exchange: Exchange): string {
  if (exchange.kind === 'failed') return exchange.failure
  const answer = jsonOf(exchange)
  if (answer === undefined)
    return exchange.response.body.replaceAll(/[\d-]+|[0-9a-f]{8,}/gi, '#').replaceAll('#tester', '#')
  return JSON.stringify(answer, (_name, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(/[0-9a-f-]{6,}|\d+/gi, '#') : value,
  )
}
