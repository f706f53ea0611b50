// OWASP API3:2023

import { isObject } from '../../call/resolve-schema.ts'
import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal, worstOf } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target, TestUser } from '../../target/target.ts'
import { attempt, jsonOf, named, statusOf } from './attempt.ts'
import { answerSchema, bodyOf, leavesOf, propertiesOf } from './call-values.ts'
import { inconclusive, isAccepted, notApplicable } from './guarded-call.ts'
import { callAs, makeObject, nameOfId, tokenOf } from './objects-calls.ts'
import { type Family, familyOf, noPair, type Pair, pairOf, pathOf } from './objects-known.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'

const ownerText: CaseText = {
  id: 'RS-OBJ-05',
  title: 'something made in the name of another',
  why: 'Where the body may say whose an object is, anybody can put things into the account of anybody.',
  remedy: 'Take the owner from the token, and refuse or overwrite what the body says.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP API3:2023'],
  tags: ['objects', 'properties'],
}

/** RS-OBJ-05: the owner in the body of what is made. */
export const otherOwner: TestCase = {
  ...ownerText,
  plan: target =>
    planOnMaking(ownerText, target, ({ create, family, pair }) => [
      probeOn(ownerText, create, { variant: 'the member that tells the owner' }, context =>
        tryEchoed(context, { family, pair, create }),
      ),
      probeOn(ownerText, create, { variant: 'members of usual names' }, context =>
        tryUsual(context, { family, pair, create }),
      ),
    ]),
}

const usualOwners = [
  'owner',
  'ownerId',
  'owner_id',
  'userId',
  'user_id',
  'createdBy',
  'accountId',
  'tenantId',
  'storeId',
]

type Making = { readonly create: ApiOperation; readonly family: Family; readonly pair: Pair }

function planOnMaking(
  text: CaseText,
  target: Target,
  plan: (making: Making) => readonly Probe[],
): readonly (Probe | Skip)[] {
  return planOnApi(text, target, api => {
    const pair = pairOf(target)
    if (pair === undefined) return [skipOn(text, noPair)]
    const planned = api.operations.filter(isGuarded).flatMap((create): readonly (Probe | Skip)[] => {
      const family = familyOf(api.operations, create)
      if (family.create !== create || !isObject(bodyOf(create)) || !makesSomething(create, family)) return []
      return target.mayWrite ? plan({ create, family, pair }) : [skipOn(text, mayNotWrite, create)]
    })
    return orSkip(text, planned, 'no operation makes something')
  })
}

/** Whether an operation makes an object that has an address, or at least an id. */
function makesSomething(create: ApiOperation, { read, update, remove }: Family): boolean {
  return [read, update, remove].some(each => each !== undefined) || propertiesOf(answerSchema(create)).has('id')
}

/** All usual names at once; one after the other only where the body is refused for being too much. */
async function tryUsual(context: ProbeContext, { create, pair }: Making): Promise<Judgement> {
  const value = pair.stranger.username
  const all = await tryOwner(context, { create, names: usualOwners, value })
  const wasRefused =
    all.verdict === 'pass' && (all.evidence ?? []).some(each => statusOf(each) !== undefined && !isAccepted(each))
  if (!wasRefused) return all
  const each: Judgement[] = []
  for (const name of usualOwners) each.push(await tryOwner(context, { create, names: [name], value }))
  return worstOf(all, ...each)
}

/** Learns from an answer which member tells the owner, and says another one there. */
async function tryEchoed(context: ProbeContext, { create, pair }: Making): Promise<Judgement> {
  const made = await callAs(context, { operation: create, user: 'first' })
  if (made === undefined || !isAccepted(made))
    return inconclusive('nothing could be made with a good token', ...(made ? [made] : []))
  const names = ownersIn(jsonOf(made), pair.owner)
  const [name] = names
  if (name === undefined) return notApplicable('the answer does not tell whose the new object is')
  return tryOwner(context, { create, names: [name], value: pair.stranger.username })
}

function ownersIn(answer: unknown, { username, name, owns }: TestUser): readonly string[] {
  const own = new Set<unknown>([username, name, ...(owns['store'] ?? []), ...(owns['tenant'] ?? [])])
  return leavesOf(answer).flatMap(({ path, value }) => (own.has(value) && path.length === 1 ? path : []))
}

type Owner = {
  readonly create: ApiOperation
  readonly names: readonly string[]
  readonly value: string
}

async function tryOwner(context: ProbeContext, { create, names, value }: Owner): Promise<Judgement> {
  const body = bodyOf(create)
  const put = Object.fromEntries(names.map(name => [name, value]))
  const change = { body: { ...(isObject(body) ? body : {}), ...put } }
  const exchange = await callAs(context, { operation: create, user: 'first', change })
  if (exchange === undefined) return inconclusive('no token of the first user could be had')
  const sent = `a body in which ${named(names)} is the second user`
  const evidence = [exchange]
  const status = statusOf(exchange) ?? 0
  if ([400, 403, 422].includes(status)) return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
  if (!isAccepted(exchange)) return inconclusive(`${sent} got no answer that tells`, exchange)
  const isTaken = leavesOf(jsonOf(exchange)).some(
    ({ path, value: shown }) => names.includes(path.at(-1) ?? '') && shown === value,
  )
  if (!isTaken)
    return { verdict: 'pass', reason: `${sent} was accepted, and that member was left out or overwritten`, evidence }
  return { verdict: 'fail', reason: `${sent} was taken at its word`, evidence, complaint: 'owner by the body' }
}

const goneText: CaseText = {
  id: 'RS-OBJ-06',
  title: 'an object after its end',
  why: 'What was deleted and is still served was never deleted, and what failed to be made and is there all the same belongs to nobody.',
  remedy: 'Answer 404 for what is gone, in every operation, and undo what was half made.',
  severity: 'medium',
  level: 'L0',
  sources: ['OWASP API1:2023'],
  tags: ['objects', 'lifetime'],
}

/** RS-OBJ-06: use after deletion, and after a failed creation. */
export const afterEnd: TestCase = {
  ...goneText,
  plan: target =>
    planOnMaking(goneText, target, ({ create, family }) => {
      const { remove, read, list } = family
      return [
        ...(remove !== undefined && read !== undefined
          ? [
              probeOn(goneText, create, { variant: 'read after deletion' }, context =>
                tryGone(context, { family, read, remove }),
              ),
            ]
          : []),
        ...(list === undefined
          ? []
          : [
              probeOn(goneText, create, { variant: 'listed after a failed creation', isExclusive: true }, context =>
                tryFailed(context, { create, list }),
              ),
            ]),
      ]
    }),
}

type Gone = { readonly family: Family; readonly read: ApiOperation; readonly remove: ApiOperation }

async function tryGone(context: ProbeContext, { family, read, remove }: Gone): Promise<Judgement> {
  const made = await makeObject(context, family)
  if (made === undefined) return inconclusive('nothing could be made that could be deleted')
  const at = (operation: ApiOperation) => ({ path: { [nameOfId(operation) ?? 'id']: made.id } })
  const before = await callAs(context, { operation: read, user: 'first', change: at(read) })
  if (before === undefined || !isAccepted(before)) return inconclusive('what was made could not be read', made.exchange)
  const removed = await callAs(context, { operation: remove, user: 'first', change: at(remove) })
  if (removed === undefined || !isAccepted(removed))
    return inconclusive('what was made could not be deleted', made.exchange)
  const after = await callAs(context, { operation: read, user: 'first', change: at(read) })
  if (after === undefined) return inconclusive('what was deleted could not be asked for')
  return judgeRefusal(after, { statuses: [404, 410, 403], sent: 'a call for what was deleted', accepted: 'was served' })
}

async function tryFailed(
  context: ProbeContext,
  { create, list }: { readonly create: ApiOperation; readonly list: ApiOperation },
): Promise<Judgement> {
  const count = async () => {
    const exchange = await callAs(context, { operation: list, user: 'first' })
    return exchange !== undefined && isAccepted(exchange) ? JSON.stringify(jsonOf(exchange)) : undefined
  }
  const before = await count()
  const made = await attempt(context, { operation: create, token: tokenOf(create, 'first'), change: { body: {} } })
  if (made.kind === 'not_sent') return made.judgement
  const status = statusOf(made.exchange) ?? 0
  if (status < 400)
    return inconclusive('a body without anything in it was accepted, so that nothing failed', made.exchange)
  const after = await count()
  if (before === undefined || after === undefined) return inconclusive('the list could not be read')
  if (before === after) return { verdict: 'pass', reason: 'what failed to be made is not in the list' }
  return { verdict: 'fail', reason: 'the list changed by something that failed to be made', complaint: 'half made' }
}

const methodsText: CaseText = {
  id: 'RS-OBJ-07',
  title: 'who may not change an object, but delete it',
  why: 'Owners are checked method by method, and the one for deleting is the one that is forgotten.',
  remedy: 'Check the owner in one place for all methods of an object.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP API1:2023', 'OWASP API5:2023'],
  tags: ['objects', 'methods'],
}

/** RS-OBJ-07: deletion by whom reading or changing was refused. */
export const deleteOnly: TestCase = {
  ...methodsText,
  plan: target =>
    planOnApi(methodsText, target, api => {
      const pair = pairOf(target)
      if (pair === undefined) return [skipOn(methodsText, noPair)]
      const removing = api.operations.filter(each => isGuarded(each) && each.method === 'DELETE')
      const planned = removing.flatMap((remove): readonly (Probe | Skip)[] => {
        const family = familyOf(api.operations, remove)
        const other = family.update ?? family.read
        if (other === undefined) return []
        if (!target.mayWrite) return [skipOn(methodsText, mayNotWrite, remove)]
        return [probeOn(methodsText, remove, {}, context => tryDeletion(context, { remove, other, family, pair }))]
      })
      return orSkip(methodsText, planned, 'no object can be deleted and also be read or changed')
    }),
}

type Deletion = {
  readonly remove: ApiOperation
  readonly other: ApiOperation
  readonly family: Family
  readonly pair: Pair
}

async function tryDeletion(context: ProbeContext, { remove, other, family, pair }: Deletion): Promise<Judgement> {
  const made = await makeObject(context, family)
  const id = made?.id ?? Object.values(pathOf(remove, pair) ?? {}).at(-1)
  if (id === undefined) return inconclusive('nothing could be made that the other user could try to delete')
  const at = (operation: ApiOperation) => ({ path: { [nameOfId(operation) ?? 'id']: id } })
  const changed = await callAs(context, { operation: other, user: 'second', change: at(other) })
  const status = changed === undefined ? undefined : statusOf(changed)
  if (status !== 403 && status !== 404)
    return inconclusive(
      `${other.method} by another user was answered by ${status ?? 'nothing'}, and only a refusal can be compared`,
    )
  const removed = await callAs(context, { operation: remove, user: 'second', change: at(remove) })
  if (removed === undefined) return inconclusive('no token of the second user could be had')
  return judgeRefusal(removed, {
    statuses: [403, 404],
    sent: `DELETE by a user to whom ${other.method} was refused`,
    accepted: 'was done',
  })
}
