// OWASP API1:2023
import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target, TestUser } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { jsonOf, tryCall } from './attempt.ts'
import { isScalar, leavesOf, pathParameters, textOfParameter, valueAtPath } from './call-values.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { callAs, nameOfId, tokenOf } from './objects-calls.ts'
import { exclusiveIds, familyOf, kindsOf, type Pair, turned } from './objects-known.ts'
import { planWithPair } from './objects-owner.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'

const parentText: CaseText = {
  id: 'RS-OBJ-03',
  title: 'a child under a parent that is not its own',
  why: 'Where the API looks for the child alone, the check of the parent is worth nothing: one’s own parent opens every child.',
  remedy: 'Look up the child within its parent, and answer 404 where they do not belong together.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP API1:2023'],
  tags: ['objects'],
}

/** RS-OBJ-03: the right child under another parent. */
export const otherParent: TestCase = {
  ...parentText,
  plan: target =>
    planOnApi(parentText, target, api => {
      const nested = api.operations.filter(each => isGuarded(each) && pathParameters(each).length >= 2)
      const planned = nested.flatMap((operation): readonly (Probe | Skip)[] => {
        if (operation.isWrite && !target.mayWrite) return [skipOn(parentText, mayNotWrite, operation)]
        const parents = otherParents(operation, target)
        if (parents.length === 0) return [skipOn(parentText, 'no other parent is known; give one in `owns`', operation)]
        return parents.map(({ name, id }) =>
          probeOn(parentText, operation, { variant: `\`${name}\` of another` }, context =>
            tryCall(
              context,
              { operation, token: tokenOf(operation, 'first'), change: { path: { [name]: id } } },
              exchange =>
                judgeRefusal(exchange, {
                  statuses: [404, 403],
                  sent: `a call with another \`${name}\``,
                  accepted: 'found the child all the same',
                }),
            ),
          ),
        )
      })
      return orSkip(parentText, planned, 'no address names a parent and a child')
    }),
}

/** Another value for each parameter but the last one. */
function otherParents(
  operation: ApiOperation,
  { server }: Target,
): readonly { readonly name: string; readonly id: string }[] {
  const users: readonly TestUser[] = server?.users ?? []
  return pathParameters(operation)
    .slice(0, -1)
    .flatMap(parameter => {
      const { name } = parameter
      const used = textOfParameter(parameter)
      const known = users.flatMap(({ owns }) => kindsOf(operation, name).flatMap(kind => owns[kind] ?? []))
      const id = known.find(each => each !== used)
      return id === undefined ? [] : [{ name, id }]
    })
}

const listText: CaseText = {
  id: 'RS-OBJ-04',
  title: 'lists of two users',
  why: 'A list that shows rows of others gives away all at once what is guarded one by one.',
  remedy: 'Ask the store for the rows of this user alone, and count only these.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP API1:2023', 'OWASP ASVS 5.0 §8.4.1'],
  tags: ['objects', 'lists'],
}

/** RS-OBJ-04: what each user's list shows of the other's objects. */
export const lists: TestCase = {
  ...listText,
  plan: target =>
    planWithPair(listText, target, (operation, { api, pair }) => {
      const { list, read } = familyOf(api.operations, operation)
      const name = nameOfId(read)
      if (list !== operation || read === undefined || name === undefined) return []
      const [theirs] = exclusiveIds(pair, { operation: read, name })
      if (theirs === undefined) return []
      return [probeOn(listText, operation, {}, context => tryLists(context, { operation, read, name, pair }))]
    }),
}

type Listing = {
  readonly operation: ApiOperation
  readonly read: ApiOperation
  readonly name: string
  readonly pair: Pair
}

async function tryLists(context: ProbeContext, { operation, read, name, pair }: Listing): Promise<Judgement> {
  const first = await callAs(context, { operation, user: 'first' })
  const second = await callAs(context, { operation, user: 'second' })
  if (first === undefined || second === undefined) return inconclusive('no token of both users could be had')
  if (!isAccepted(first) || !isAccepted(second))
    return inconclusive('the list was not shown to both users', first, second)
  const evidence = [first, second]
  const ofFirst = exclusiveIds(pair, { operation: read, name })
  const ofSecond = exclusiveIds(turned(pair), { operation: read, name })
  const rows = { first: idsIn(first, name), second: idsIn(second, name) }
  if (rows.first.some(id => ofSecond.includes(id)) || rows.second.some(id => ofFirst.includes(id)))
    return {
      verdict: 'fail',
      reason: 'the list of one user shows an object of the other',
      evidence,
      complaint: 'foreign rows',
    }
  if (!rows.first.some(id => ofFirst.includes(id)))
    return inconclusive(
      'the list of the first user shows none of their own objects, so that it proves nothing',
      ...evidence,
    )
  const counted = [first, second].find(tellsMore)
  if (counted === undefined)
    return { verdict: 'pass', reason: 'each user sees their own objects and none of the other’s', evidence }
  const reason = 'the list shows own rows alone, but its total counts more than can be seen'
  return { verdict: 'warn', reason, evidence: [counted], complaint: 'total of all' }
}

/** The ids of the rows: members of that name, or `id`. */
function idsIn(exchange: Exchange, name: string): readonly string[] {
  return leavesOf(jsonOf(exchange)).flatMap(({ path, value }) => {
    const last = path.at(-1)
    return last === name || last === 'id' ? [String(value)] : []
  })
}

const totals = ['total', 'totalCount', 'total_count', 'count', 'totalItems', 'totalElements']

/** Whether a total counts rows that are not there, and no further page could hold them. */
function tellsMore(exchange: Exchange): boolean {
  const answer = jsonOf(exchange)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false
  const rows = Object.values(answer).find(Array.isArray)
  const total = totals.map(name => valueAtPath(answer, [name])).find(isScalar)
  const hasMore = leavesOf(answer).some(({ path }) => path.some(each => /next|cursor/i.test(each)))
  return rows !== undefined && typeof total === 'number' && total > rows.length && !hasMore
}
