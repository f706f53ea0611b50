import { mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, CodeRoute, Target } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { orSkip } from '../resource/probe-on.ts'
import { anyMethod, anyPath, type CodeMatch, matchCode } from './match-code.ts'
import { at, type Reading, readingProbe, tellPlace } from './static-probe.ts'

const text: CaseText = {
  id: 'RS-ROU-06',
  title: 'operations that only the code or only the document knows',
  why: 'What nobody wrote down is reviewed and tested by nobody, and is often an old or half-finished way in. What only the document knows sends clients to nowhere.',
  remedy: 'Put the route into the document with its guard, or take it away. Where it is public on purpose, say so.',
  severity: 'high',
  level: 'S',
  sources: ['OWASP API9:2023'],
  tags: ['static', 'code', 'document', 'routing'],
}

/** RS-ROU-06: what the code serves is in the document, or guarded at least; and what the document has is in the code. */
export const codeRoutes: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      if (api.routes === undefined) return [{ caseId: text.id, reason: 'no source code is configured' }]
      const match = matchCode(api)
      const planned = [
        ...match.operations.map(({ operation, routes }) =>
          readingProbe(text, { operation: operation.key }, () => judgeOperation(api, operation, routes)),
        ),
        ...oncePerPlace(match.undocumented).map(route => planRoute(target, api, { route, match })),
      ]
      return orSkip(text, planned, 'neither the document nor the code has an operation')
    }),
}

function oncePerPlace(routes: readonly CodeRoute[]): readonly CodeRoute[] {
  return [...new Map(routes.map(route => [nameOf(route), route])).values()]
}

function nameOf({ method, path, place }: CodeRoute): string {
  return `${method} ${path} at ${tellPlace(place)}`
}

function judgeOperation(api: ApiTarget, operation: ApiOperation, routes: readonly CodeRoute[]): Reading {
  const [route] = routes
  if (route !== undefined) return { verdict: 'pass', reason: `the code has it at ${tellPlace(route.place)}` }
  const place = at(operation.place)
  const catchAll = api.routes?.find(each => couldServe(each, operation))
  if (catchAll !== undefined) {
    const reason = `the code has it nowhere by name; ${nameOf(catchAll)} may serve it`
    return { verdict: 'inconclusive', reason, ...place }
  }
  if (api.areRoutesComplete !== true)
    return { verdict: 'inconclusive', reason: 'the code has it nowhere, but not all of it could be read', ...place }
  const reason = `${operation.key} is in the document (${tellPlace(operation.place)}), and the code has it nowhere`
  return { verdict: 'warn', reason, complaint: 'the code does not have it', ...place }
}

function couldServe({ method, path }: CodeRoute, operation: ApiOperation): boolean {
  const start = path.indexOf(anyPath)
  return (
    start >= 0 && (method === anyMethod || method === operation.method) && operation.path.includes(path.slice(0, start))
  )
}

type Undocumented = { readonly route: CodeRoute; readonly match: CodeMatch }

/** A route that the document does not know: called without a token where something may be sent, otherwise only read. */
function planRoute(target: Target, api: ApiTarget, { route, match }: Undocumented): Probe | Skip {
  const operation = operationOf(route, match)
  const variant = nameOf(route)
  const isWrite = operation.isWrite
  const reading = readRoute(api, route, operation)
  const isSent = target.levels.has('L0') && reading === undefined && !route.path.includes(anyPath)
  if (!isSent) return readingProbe(text, { variant }, () => reading ?? judgeUnsent(route))
  if (isWrite && !target.mayWrite) return readOnly(route, variant)
  return { caseId: text.id, variant, isWrite, run: context => callRoute(context, route, operation) }
}

function readOnly(route: CodeRoute, variant: string): Probe {
  return readingProbe(text, { variant }, () => {
    const judged = judgeUnsent(route)
    return { ...judged, reason: `${judged.reason}; it was not called: ${mayNotWrite}` }
  })
}

/** What is clear without a call. */
function readRoute(api: ApiTarget, route: CodeRoute, operation: ApiOperation): Reading | undefined {
  const { path, method, place, guard } = route
  const isListed = [operation.key, `${method} ${path}`].some(key => api.publicOperations.has(key))
  if (isListed) return { verdict: 'pass', reason: 'it is on the list of public operations', place }
  if (path.includes(anyPath) && guard.kind !== 'token')
    return { verdict: 'not_applicable', reason: 'it takes any path, which no document can list', place }
  if (method === 'HEAD' || method === 'OPTIONS')
    return { verdict: 'not_applicable', reason: `${method} is a question about other operations`, place }
  return undefined
}

function judgeUnsent({ guard, place, method, path }: CodeRoute): Reading {
  if (guard.kind === 'token')
    return { verdict: 'pass', reason: 'the document does not know it, and its code has a guard', place }
  if (guard.kind === 'unknown') {
    const reason = `the document does not know it; \`${guard.name}\` may guard it, and what that does is not known`
    return { verdict: 'inconclusive', reason, place }
  }
  const reason = `${method} ${path} is in the code (${tellPlace(place)}), without a guard, and the document does not know it`
  return { verdict: 'fail', reason, complaint: 'neither guarded nor in the document', place }
}

/** A route as an operation that can be called: its parameters may be anything, and it wants nothing. */
function operationOf({ method, path, place }: CodeRoute, { documentPrefix, codePrefix }: CodeMatch): ApiOperation {
  const sent = method === anyMethod ? 'GET' : method
  const whole = path.startsWith(codePrefix) ? `${documentPrefix}${path.slice(codePrefix.length)}` : path
  const names = [...whole.matchAll(/\{([^{}]+)\}/g)].flatMap(([, name]) => name ?? [])
  return {
    key: `${sent} ${whole}`,
    method: sent,
    path: whole,
    tags: [],
    requirement: { kind: 'public' },
    enforcement: { kind: 'public' },
    schemes: [],
    parameters: [...new Set(names)].map(name => ({
      name,
      in: 'path',
      isRequired: true,
      schema: { type: 'string' },
      example: '1',
    })),
    responses: {},
    isWrite: sent !== 'GET',
    place,
  }
}

async function callRoute(context: ProbeContext, route: CodeRoute, operation: ApiOperation): Promise<Judgement> {
  const call = context.call(operation)
  if (call === undefined) return judgeUnsent(route)
  const exchange = await context.send(call)
  return { place: route.place, evidence: [exchange], ...(await judgeAnswer(context, { route, operation, exchange })) }
}

type Came = { readonly route: CodeRoute; readonly operation: ApiOperation; readonly exchange: Exchange }

async function judgeAnswer(context: ProbeContext, { route, operation, exchange }: Came): Promise<Judgement> {
  const sent = `${operation.key}, which the document does not know, without a token`
  if (exchange.kind === 'failed')
    return { verdict: 'inconclusive', reason: `${sent} got no answer: ${exchange.failure}, ${exchange.detail}` }
  const { status } = exchange.response
  if (status === 401 || status === 403) return { verdict: 'pass', reason: `${sent} was refused by ${status}` }
  if (status >= 200 && status < 300) {
    if (await isEverywhere(context, operation, exchange.response.body))
      return { verdict: 'pass', reason: `${sent} got what every address answers that is not there` }
    return { verdict: 'fail', reason: `${sent} was answered by ${status}`, complaint: accepted }
  }
  const unclear = `${sent} was answered by ${status}, which does not say whether it is guarded`
  return route.guard.kind === 'token'
    ? { verdict: 'pass', reason: `${unclear}; its code has a guard (${tellPlace(route.guard.place)})` }
    : { verdict: 'inconclusive', reason: unclear }
}

/** Whether an address that cannot exist answers the same: a start page, a catch-all. */
async function isEverywhere(context: ProbeContext, { method }: ApiOperation, body: string): Promise<boolean> {
  const call = context.call({ ...nowhere, method })
  if (call === undefined || method !== 'GET') return false
  const exchange = await context.send(call)
  return exchange.kind === 'answered' && exchange.response.status < 300 && exchange.response.body === body
}

const nowhere: ApiOperation = {
  key: 'GET /tester-nowhere',
  method: 'GET',
  path: '/tester-nowhere',
  tags: [],
  requirement: { kind: 'public' },
  enforcement: { kind: 'public' },
  schemes: [],
  parameters: [],
  responses: {},
  isWrite: false,
}
