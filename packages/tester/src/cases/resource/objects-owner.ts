// OWASP API1:2023

import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { CallChange, ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, Target } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { statusOf, tryCall } from './attempt.ts'
import { bodyOf, isScalar, leavesOf, pathParameters, withValueAt } from './call-values.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { callAs, distinctiveTexts, shownText, tokenOf } from './objects-calls.ts'
import { exclusiveIds, noPair, type Pair, pairOf, pathOf, turned } from './objects-known.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'
import { likenessOf } from './routing-bypass.ts'

const pathText: CaseText = {
  id: 'RS-OBJ-01',
  title: 'the object of another user, by its address',
  why: 'Ids can be guessed or seen. Where the API does not look whose object it is, everybody reads and changes everybody’s.',
  remedy: 'Look up each object together with its owner, and answer 404 or 403 where it is somebody else’s.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP API1:2023', 'OWASP ASVS 5.0 §8.2.2'],
  tags: ['objects'],
}

/** RS-OBJ-01: the second user on the first user's objects. */
export const foreignObject: TestCase = {
  ...pathText,
  plan: target =>
    planWithPair(pathText, target, (operation, { api, pair }) => {
      const path = pathOf(operation, pair)
      if (path === undefined) return []
      const run: Probe['run'] = context => tryForeign(context, { operation, api, pair, change: { path } })
      return [probeOn(pathText, operation, {}, run)]
    }),
}

const placeText: CaseText = {
  id: 'RS-OBJ-02',
  title: 'the object of another user, named anywhere but in the address',
  why: 'Owners are often checked for the id in the address alone. The same id in a filter, a list or the body then gets past.',
  remedy: 'Check the owner where the object is read, not where its id came in.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP API1:2023'],
  tags: ['objects'],
}

/** RS-OBJ-02: ids in queries, bodies, lists and header fields. */
export const foreignElsewhere: TestCase = {
  ...placeText,
  plan: target =>
    planWithPair(placeText, target, (operation, { api, pair }) => [
      ...placesOf(operation, pair).map(({ variant, change }) =>
        probeOn(placeText, operation, { variant }, context => tryForeign(context, { operation, api, pair, change })),
      ),
      ...doublePlaces(operation, pair).map(({ variant, change }) =>
        probeOn(placeText, operation, { variant }, context => tryDouble(context, { operation, change })),
      ),
    ]),
}

type Setting = { readonly api: ApiTarget; readonly pair: Pair }

/** Plans on each operation that wants a token, where there are two users. */
export function planWithPair(
  text: CaseText,
  target: Target,
  plan: (operation: ApiOperation, setting: Setting) => readonly (Probe | Skip)[],
): readonly (Probe | Skip)[] {
  return planOnApi(text, target, api => {
    const pair = pairOf(target)
    if (pair === undefined) return [skipOn(text, noPair)]
    const planned = api.operations.filter(isGuarded).flatMap(operation => {
      const probes = plan(operation, { api, pair })
      return probes.length > 0 && operation.isWrite && !target.mayWrite
        ? [skipOn(text, mayNotWrite, operation)]
        : probes
    })
    return orSkip(text, planned, 'nobody says which objects belong to which user')
  })
}

type Place = { readonly variant: string; readonly change: CallChange }

/** Every way of an operation to name an object, with the first user's in it. */
function placesOf(operation: ApiOperation, pair: Pair): readonly Place[] {
  return [...queryPlaces(operation, pair), ...bodyPlaces(operation, pair)]
}

function queryPlaces(operation: ApiOperation, pair: Pair): readonly Place[] {
  return operation.parameters.flatMap(({ name, in: place }): readonly Place[] => {
    const [foreign] = exclusiveIds(pair, { operation, name })
    const [own] = exclusiveIds(turned(pair), { operation, name })
    if (foreign === undefined) return []
    if (place === 'header') return [{ variant: `header \`${name}\``, change: { headers: [[name, foreign]] } }]
    if (place !== 'query') return []
    const alone = { variant: `query \`${name}\``, change: { query: { [name]: foreign } } }
    if (own === undefined) return [alone]
    return [
      alone,
      { variant: `query \`${name}\`, own and foreign`, change: { query: { [name]: `${own},${foreign}` } } },
    ]
  })
}

function bodyPlaces(operation: ApiOperation, pair: Pair): readonly Place[] {
  const body = bodyOf(operation)
  return leavesOf(body).flatMap(({ path, value }): readonly Place[] => {
    const name = path.findLast(each => !/^\d+$/.test(each)) ?? ''
    const [foreign] = exclusiveIds(pair, { operation, name })
    if (foreign === undefined || !isScalar(value)) return []
    const put = typeof value === 'number' ? Number(foreign) : foreign
    return [{ variant: `body \`${path.join('.')}\``, change: { body: withValueAt(body, path, put) } }]
  })
}

/** The stranger's own object in the address, and the foreign one once more beside it. */
function doublePlaces(operation: ApiOperation, pair: Pair): readonly Place[] {
  const path = pathOf(operation, turned(pair))
  const name = pathParameters(operation).at(-1)?.name
  if (path === undefined || name === undefined || operation.method !== 'GET') return []
  const [foreign] = exclusiveIds(pair, { operation, name })
  if (foreign === undefined) return []
  return [
    { variant: `own in the path, foreign in the query`, change: { path, query: { [name]: foreign } } },
    { variant: `own in the path, foreign in a header`, change: { path, headers: [[`X-${name}`, foreign]] } },
  ]
}

type Double = { readonly operation: ApiOperation; readonly change: CallChange }

/** With the foreign id beside it, the stranger's own object must look as it does alone. */
async function tryDouble(context: ProbeContext, { operation, change }: Double): Promise<Judgement> {
  const { path = {} } = change
  const alone = await callAs(context, { operation, user: 'second', change: { path } })
  if (alone === undefined || !isAccepted(alone))
    return inconclusive('the second user cannot see their own object', ...(alone ? [alone] : []))
  return tryCall(context, { operation, token: tokenOf(operation, 'second'), change }, async exchange => {
    const sent = 'a foreign id beside one’s own'
    const evidence = [alone, exchange]
    const status = statusOf(exchange) ?? 0
    if (status >= 400 && status < 500) return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
    if (!isAccepted(exchange)) return inconclusive(`${sent} got no answer that tells`, exchange)
    const ask = (values: CallChange) => callAs(context, { operation, user: 'second', change: values })
    const likeness = await likenessOf({ plain: () => ask({ path }), other: () => ask(change) })
    if (likeness === 'same')
      return { verdict: 'pass', reason: `${sent} changed nothing: the own object was shown`, evidence }
    if (likeness === 'unsteady')
      return inconclusive('the own object never looks the same twice, so that nothing can be compared', ...evidence)
    return { verdict: 'fail', reason: `${sent} changed what was shown`, evidence, complaint: accepted }
  })
}

type Foreign = Setting & { readonly operation: ApiOperation; readonly change: CallChange }

/** The second user names what is the first user's; the answer must show nothing of it. */
async function tryForeign(context: ProbeContext, { operation, api, pair, change }: Foreign): Promise<Judgement> {
  const owned = await ownersAnswer(context, { operation, api, pair })
  return tryCall(context, { operation, token: tokenOf(operation, 'second'), change }, exchange =>
    judgeForeign(exchange, { operation, owned }),
  )
}

type Owned = { readonly texts: readonly string[]; readonly ids: readonly string[] }

/** What the owner sees, without what the stranger sees of their own. */
async function ownersAnswer(
  context: ProbeContext,
  { operation, api, pair }: Setting & { readonly operation: ApiOperation },
): Promise<Owned> {
  const reader = readerOf(api, operation)
  const path = reader === undefined ? undefined : pathOf(reader, pair)
  const ids = reader === undefined ? [] : Object.values(path ?? {})
  if (reader === undefined || path === undefined) return { texts: [], ids }
  const own = await callAs(context, { operation: reader, user: 'first', change: { path } })
  if (own === undefined || !isAccepted(own)) return { texts: [], ids }
  const strangers = pathOf(reader, turned(pair))
  const other =
    strangers === undefined
      ? undefined
      : await callAs(context, { operation: reader, user: 'second', change: { path: strangers } })
  return { texts: distinctiveTexts(own, other).filter(text => !ids.includes(text)), ids }
}

/** The operation that shows one such object: the same address, or the address behind the list. */
function readerOf({ operations }: ApiTarget, { path }: ApiOperation): ApiOperation | undefined {
  const reading = operations.filter(each => each.method === 'GET')
  return (
    reading.find(each => each.path === path && pathParameters(each).length > 0) ??
    reading.find(each => each.path.startsWith(`${path}/{`) && !each.path.slice(path.length + 1).includes('/'))
  )
}

function judgeForeign(
  exchange: Exchange,
  { operation, owned }: { readonly operation: ApiOperation; readonly owned: Owned },
): Judgement {
  const sent = 'a token of another user, on an object that is not theirs,'
  const shown = shownText(exchange, owned.texts)
  const isList = isAccepted(exchange) && operation.method === 'GET' && !operation.path.endsWith('}')
  if (isAccepted(exchange) && isOwnAnswer(exchange, { operation, owned }) && shown === undefined)
    return { verdict: 'pass', reason: `${sent} got nothing of that object`, evidence: [exchange] }
  if (shown !== undefined && !isAccepted(exchange))
    return {
      verdict: 'fail',
      reason: `${sent} was refused by ${statusOf(exchange)}, but the answer shows what is in it`,
      evidence: [exchange],
      complaint: 'refusal that shows the object',
    }
  if (isList && shown === undefined && owned.texts.length === 0)
    return inconclusive(`${sent} got an answer, and nobody knows how to tell whose objects it shows`, exchange)
  return judgeRefusal(exchange, { statuses: [404, 403], sent, accepted: 'got it' })
}

/** An answer to a call that names own and foreign objects, or a filter, may well be 2xx: it must not hold the foreign one. */
function isOwnAnswer(
  exchange: Exchange,
  { operation, owned }: { readonly operation: ApiOperation; readonly owned: Owned },
): boolean {
  if (exchange.kind === 'failed' || operation.method !== 'GET') return false
  const url = exchange.request.target
  const named = operation.path.endsWith('}') && owned.ids.some(id => url.split('?')[0]?.endsWith(`/${id}`))
  return !named && owned.texts.length > 0
}
