// OWASP API3:2023

import { isObject } from '../../call/resolve-schema.ts'
import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { heldToken, jsonOf, statusOf, tryCall } from './attempt.ts'
import {
  answerSchema,
  bodyOf,
  isScalar,
  leavesOf,
  pathParameters,
  propertiesOf,
  textOfParameter,
} from './call-values.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import type { Trial } from './guarded-case.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'
import { reaches } from './scope-oracle.ts'

const text: CaseText = {
  id: 'RS-SCP-15',
  title: 'a member that only another scope may write or see',
  why: 'Who may change one thing about an object must not change another with the same call: a price that rides along with a number is a price that anybody sets.',
  remedy:
    'Read only the members that this operation is about, show only those that this scope may see, and refuse or leave out the others.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP API3:2023', 'OWASP ASVS 5.0 §8.2.3'],
  tags: ['scope', 'properties'],
}

/** RS-SCP-15: members of bodies and answers that belong to another scope. */
export const properties: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      const planned = api.operations.filter(isGuarded).flatMap((operation): readonly (Probe | Skip)[] => {
        const trials = [...writtenMembers(operation, api), ...shownMembers(operation, api)]
        if (trials.length > 0 && operation.isWrite && !target.mayWrite) return [skipOn(text, mayNotWrite, operation)]
        return trials.map(({ variant, run }) =>
          probeOn(text, operation, { ...(variant !== undefined && { variant }) }, context => run(context, operation)),
        )
      })
      return orSkip(text, planned, 'no member of a body or an answer belongs to another scope than its operation')
    }),
}

/** A member that is written with another scope, and what may be written there. */
type ForeignMember = { readonly name: string; readonly value: unknown; readonly scopes: readonly string[] }

/** What other operations write with scopes that do not come with this one, and what the document says belongs to another. */
function foreignMembers(operation: ApiOperation, { operations, catalogue }: ApiTarget): readonly ForeignMember[] {
  const held = alternativesOf(operation)[0] ?? []
  const own = propertiesOf(operation.body?.schema)
  const marked = [...own].flatMap(([name, schema]): readonly ForeignMember[] => {
    const scope = schema['x-ambit-scope']
    if (typeof scope !== 'string' || reaches(catalogue, held, [scope])) return []
    return [{ name, value: schema['example'], scopes: [scope] }]
  })
  const others = operations.filter(each => isGuarded(each) && each.isWrite && each.resource === operation.resource)
  const derived = others.flatMap(other => {
    const scopes = alternativesOf(other)[0] ?? []
    const body = bodyOf(other)
    if (!isObject(body) || reaches(catalogue, held, scopes) || !isAboutTheSame(operation, other)) return []
    return Object.entries(body)
      .filter(([name]) => !own.has(name))
      .map(([name, value]) => ({ name, value, scopes }))
  })
  const all = new Map([...derived, ...marked].map(member => [member.name, member]))
  return [...all.values()]
}

/** Two operations are about the same object where their calls name it by the same member and value. */
function isAboutTheSame(one: ApiOperation, other: ApiOperation): boolean {
  const [a, b] = [bodyOf(one), bodyOf(other)]
  if (!isObject(a) || !isObject(b)) return false
  return Object.entries(a).some(([name, value]) => typeof value === 'string' && b[name] === value)
}

function writtenMembers(operation: ApiOperation, api: ApiTarget): readonly Trial[] {
  const body = bodyOf(operation)
  if (!operation.isWrite || !isObject(body)) return []
  return foreignMembers(operation, api).map(member => ({
    variant: `writing \`${member.name}\``,
    run: context => tryWriting(context, { operation, api, body, member }),
  }))
}

type Writing = {
  readonly operation: ApiOperation
  readonly api: ApiTarget
  readonly body: Readonly<Record<string, unknown>>
  readonly member: ForeignMember
}

async function tryWriting(context: ProbeContext, { operation, api, body, member }: Writing): Promise<Judgement> {
  const look = lookerOf(api, { operation, member: member.name })
  const before = look === undefined ? undefined : await shownValue(context, look, member.name)
  const put = otherThan(before ?? member.value)
  const change = { body: { ...body, [member.name]: put } }
  const sent = `\`${member.name}\`, which only ${member.scopes.join(' and ')} may write,`
  return tryCall(
    context,
    { operation, token: heldToken(operation, context.leastScope(operation)), change },
    async exchange => {
      const evidence = [exchange]
      const status = statusOf(exchange) ?? 0
      if (status >= 400 && status < 500 && status !== 429)
        return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
      if (!isAccepted(exchange)) return inconclusive(`${sent} got no answer that tells`, exchange)
      const isEchoed = leavesOf(jsonOf(exchange)).some(
        ({ path, value }) => path.at(-1) === member.name && value === put,
      )
      const after = look === undefined ? undefined : await shownValue(context, look, member.name)
      if (isEchoed || (after !== undefined && after === put))
        return {
          verdict: 'fail',
          reason: `${sent} was written without that scope`,
          complaint: 'foreign member written',
        }
      if (look !== undefined && after !== undefined)
        return { verdict: 'pass', reason: `${sent} was left out`, evidence }
      return inconclusive(`${sent} was sent and the call accepted, and nothing shows whether it was written`, exchange)
    },
  )
}

/** An operation that shows the member of the same object. */
function lookerOf(
  { operations }: ApiTarget,
  { operation, member }: { readonly operation: ApiOperation; readonly member: string },
): ApiOperation | undefined {
  const named = new Set(leavesOf(bodyOf(operation)).map(({ value }) => String(value)))
  return operations.find(
    each =>
      each.method === 'GET' &&
      each.resource === operation.resource &&
      propertiesOf(answerSchema(each)).has(member) &&
      pathParameters(each).some(parameter => named.has(textOfParameter(parameter) ?? '')),
  )
}

async function shownValue(context: ProbeContext, operation: ApiOperation, member: string): Promise<unknown> {
  const call = context.call(operation)
  const outcome = await heldToken(operation, context.leastScope(operation))(context)
  if (call === undefined || outcome.kind === 'unavailable') return undefined
  const shown = jsonOf(await context.send(context.withToken(call, outcome.token)))
  return leavesOf(shown).find(({ path }) => path.at(-1) === member)?.value
}

/** A value of the same kind that can be told from this one. */
function otherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  return isScalar(value) ? `${value} too` : 'tester'
}

/** Members of the answer that the document gives to a scope which the operation does not ask for. */
function shownMembers(operation: ApiOperation, { catalogue }: ApiTarget): readonly Trial[] {
  const held = alternativesOf(operation)[0] ?? []
  return [...propertiesOf(answerSchema(operation))].flatMap(([name, schema]): readonly Trial[] => {
    const scope = schema['x-ambit-scope']
    if (typeof scope !== 'string' || reaches(catalogue, held, [scope])) return []
    return [{ variant: `showing \`${name}\``, run: context => tryShowing(context, { operation, name, scope }) }]
  })
}

type Showing = { readonly operation: ApiOperation; readonly name: string; readonly scope: string }

function tryShowing(context: ProbeContext, { operation, name, scope }: Showing): Promise<Judgement> {
  const token = heldToken(operation, context.leastScope(operation))
  return tryCall(context, { operation, token }, (exchange: Exchange): Judgement => {
    if (!isAccepted(exchange)) return inconclusive('the call that should show the object was not accepted', exchange)
    const isShown = leavesOf(jsonOf(exchange)).some(({ path }) => path.includes(name))
    const evidence = [exchange]
    if (!isShown) return { verdict: 'pass', reason: `\`${name}\` is left out without \`${scope}\``, evidence }
    const reason = `\`${name}\` is shown, although only \`${scope}\` may see it`
    return { verdict: 'fail', reason, evidence, complaint: 'foreign member shown' }
  })
}
