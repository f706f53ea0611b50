// RFC 9110 §9.3.2, §9.3.8

import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget, Target } from '../../target/target.ts'
import { type Exchange, type SentRequest, withField } from '../../wire/exchange.ts'
import { attempt, type CallTrial, heldToken, statusOf } from './attempt.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'
import { likenessOf, splitTarget, tryDetour } from './routing-bypass.ts'
import { isOpenedBy } from './scope-oracle.ts'

const text: CaseText = {
  id: 'RS-ROU-03',
  title: 'another method, said beside the method',
  why: 'Some frameworks let a header or a parameter change the method after the guard has looked at it: what was allowed to read then writes.',
  remedy: 'Switch method override off, or let the guard look at the method that is really carried out.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §4.1.4', 'RFC 9110 §9.3.2'],
  tags: ['routing', 'methods'],
}

type Override = { readonly variant: string; readonly say: (request: SentRequest, method: string) => SentRequest }

const overrides: readonly Override[] = [
  ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map(
    (name): Override => ({
      variant: `header \`${name}\``,
      say: (request, method) => withField(request, [name, method]),
    }),
  ),
  { variant: 'query `_method`', say: withQuery },
  {
    variant: 'form `_method`',
    say: (request, method) => ({
      ...withField(request, ['content-type', 'application/x-www-form-urlencoded']),
      body: `_method=${method}`,
    }),
  },
]

function withQuery(request: SentRequest, method: string): SentRequest {
  const { path, query } = splitTarget(request.target)
  return { ...request, target: `${path}${query === '' ? '?' : `${query}&`}_method=${method}` }
}

/** RS-ROU-03: overrides in both directions, HEAD and TRACE. */
export const methodOverrides: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      const reading = api.operations.filter(each => isGuarded(each) && each.method === 'GET')
      const planned = [
        ...oneOfEachResource(reading).flatMap(operation => planPlain(operation, api, target)),
        ...reading.flatMap(operation => planOverrides(operation, api, target)),
      ]
      return orSkip(text, planned, 'no operation that reads wants a token')
    }),
}

function oneOfEachResource(operations: readonly ApiOperation[]): readonly ApiOperation[] {
  const groups = Map.groupBy(operations, ({ resource }) => resource)
  return [...groups.values()].flatMap(([first]) => (first === undefined ? [] : [first]))
}

/** Methods that read, and that a guard which lists methods forgets. */
function planPlain(operation: ApiOperation, api: ApiTarget, { mayWrite }: Target): readonly Probe[] {
  // what a method that nobody knows does is known to nobody
  const methods = mayWrite ? ['HEAD', 'TRACE', 'TESTER'] : ['HEAD', 'TRACE']
  return methods.map(method =>
    probeOn(text, operation, { variant: method, isWrite: method === 'TESTER' }, context =>
      tryDetour(context, { operation, api, sent: method, reshape: request => ({ ...request, method }) }),
    ),
  )
}

/** Where the address also writes: GET that says it is the other, and the other that says it is GET. */
function planOverrides(operation: ApiOperation, api: ApiTarget, target: Target): readonly (Probe | Skip)[] {
  const held = alternativesOf(operation)[0] ?? []
  const writing = api.operations.filter(
    each => each.path === operation.path && each.isWrite && isGuarded(each) && !isOpenedBy(api, each, held),
  )
  if (writing.length > 0 && !target.mayWrite) return [skipOn(text, mayNotWrite, operation)]
  return writing.flatMap(other =>
    overrides.flatMap(override => {
      const variant = (from: string, to: string) => `${from} that says ${to} by ${override.variant}`
      const trying = { reading: operation, writing: other, held, override }
      return [
        probeOn(text, operation, { variant: variant('GET', other.method), isWrite: true, isExclusive: true }, context =>
          tryUpward(context, trying),
        ),
        probeOn(text, other, { variant: variant(other.method, 'GET'), isExclusive: true }, context =>
          tryDownward(context, trying),
        ),
      ]
    }),
  )
}

type Overriding = {
  readonly reading: ApiOperation
  readonly writing: ApiOperation
  readonly held: readonly string[]
  readonly override: Override
}

/** GET with a token to read, which says that it is the other method. It must stay what it is, or be refused. */
async function tryUpward(context: ProbeContext, { reading, writing, held, override }: Overriding): Promise<Judgement> {
  const token = heldToken(reading, held)
  const plain = await attempt(context, { operation: reading, token })
  const body = context.call(writing)?.body
  const reshape = (request: SentRequest) =>
    override.say(
      { ...request, ...(body !== undefined && { body }), headers: headersOf(context, writing, request) },
      writing.method,
    )
  const tried = await attempt(context, { operation: reading, token, reshape })
  if (plain.kind === 'not_sent') return plain.judgement
  if (tried.kind === 'not_sent') return tried.judgement
  const sent = `GET that says ${writing.method} by ${override.variant}`
  const evidence = [plain.exchange, tried.exchange]
  if (!isAccepted(plain.exchange)) return inconclusive('the plain GET was not accepted', plain.exchange)
  const status = statusOf(tried.exchange)
  if (status === undefined || status === 429 || status === 503)
    return inconclusive(`${sent} got no answer that tells`, tried.exchange)
  if ([400, 401, 403, 404, 405, 411, 413, 415].includes(status))
    return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
  if (status >= 500) return { verdict: 'fail', reason: `${sent} made the API fail: the answer is ${status}`, evidence }
  const likeness = await likenessOf({
    plain: () => answerTo(context, { operation: reading, token }),
    other: () => answerTo(context, { operation: reading, token, reshape }),
  })
  if (likeness === 'same') return { verdict: 'pass', reason: `${sent} was answered like a plain GET`, evidence }
  if (likeness === 'unsteady' && status === statusOf(plain.exchange)) return inconclusive(neverTheSame, ...evidence)
  return {
    verdict: 'fail',
    reason: `${sent} was answered by ${status}, otherwise than a plain GET`,
    evidence,
    complaint: accepted,
  }
}

const neverTheSame = 'a plain GET is never answered the same way twice, so that nothing can be compared'

async function answerTo(context: ProbeContext, trial: CallTrial): Promise<Exchange | undefined> {
  const made = await attempt(context, trial)
  return made.kind === 'sent' ? made.exchange : undefined
}

function headersOf(context: ProbeContext, writing: ApiOperation, { headers }: SentRequest): SentRequest['headers'] {
  const types = context.call(writing)?.headers.filter(([name]) => name.toLowerCase() === 'content-type') ?? []
  return [...headers.filter(([name]) => name.toLowerCase() !== 'content-type'), ...types]
}

/** The other method with a token to read, which says that it is GET. */
async function tryDownward(
  context: ProbeContext,
  { reading, writing, held, override }: Overriding,
): Promise<Judgement> {
  const token = heldToken(reading, held)
  const keepsBody = override.variant.startsWith('form')
  const reshape = (request: SentRequest) => {
    const said = override.say(request, 'GET')
    return keepsBody && request.body !== undefined ? { ...said, body: `_method=GET&${request.body}` } : said
  }
  const tried = await attempt(context, { operation: writing, token, reshape })
  if (tried.kind === 'not_sent') return tried.judgement
  const sent = `${writing.method} that says GET by ${override.variant}, with a token to read,`
  const evidence = [tried.exchange]
  const status = statusOf(tried.exchange)
  if (status === undefined || status === 429 || status === 503)
    return inconclusive(`${sent} got no answer that tells`, tried.exchange)
  if (status >= 500) return { verdict: 'fail', reason: `${sent} made the API fail: the answer is ${status}`, evidence }
  if (!isAccepted(tried.exchange)) return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
  const likeness = await likenessOf({
    plain: () => answerTo(context, { operation: reading, token }),
    other: () => answerTo(context, { operation: writing, token, reshape }),
  })
  if (likeness === 'same')
    return { verdict: 'pass', reason: `${sent} was served as the GET that it says it is`, evidence }
  if (likeness === 'unsteady' && status === 200) return inconclusive(neverTheSame, ...evidence)
  return { verdict: 'fail', reason: `${sent} was accepted by ${status}`, evidence, complaint: accepted }
}
