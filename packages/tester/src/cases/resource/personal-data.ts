import type { Judgement } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Exchange, SentRequest } from '../../wire/exchange.ts'
import { callOf, inconclusive, isAccepted, isJudgement, notApplicable } from './guarded-call.ts'

/** An operation that answers the first user with what the second one does not see. */
export type PersonalData = {
  readonly operation: ApiOperation
  readonly call: SentRequest
  /** What the first user gets. */
  readonly own: Exchange
  /** The parts of it that the second user does not get. */
  readonly parts: readonly string[]
}

/** Makes the request of one of the two users, or says why there is none. */
export type RequestOf = (
  operation: ApiOperation,
  call: SentRequest,
  user: 'first' | 'second',
) => Promise<SentRequest | Judgement>

/** How personal data are looked for. */
export type PersonalSearch = {
  readonly requestOf: RequestOf
  /** Which operations are looked at (default: all). */
  readonly isFit?: (operation: ApiOperation) => boolean
}

/** So many operations are looked at; each costs three calls. */
const most = 20

/**
 * Looks among the operations behind the same guard for one that reads and answers two users differently. It is asked twice for
 * the first user, since an answer that changes by itself compares with nothing.
 */
export async function findPersonalData(
  context: ProbeContext,
  operation: ApiOperation,
  { requestOf, isFit = () => true }: PersonalSearch,
): Promise<PersonalData | Judgement> {
  let excuse: Judgement | undefined
  for (const each of readersLike(context, operation).filter(isFit).slice(0, most)) {
    const found = await compareUsers(context, each, requestOf)
    if (found !== undefined && !isJudgement(found)) return found
    excuse ??= found
  }
  return (
    excuse ?? notApplicable('no operation answers two users differently, so nobody could take the place of another')
  )
}

function readersLike({ target }: ProbeContext, { resource, schemes }: ApiOperation): readonly ApiOperation[] {
  const name = (of: Pick<ApiOperation, 'resource' | 'schemes'>) => JSON.stringify([of.resource, [...of.schemes].sort()])
  const readers = target.api?.operations.filter(each => !each.isWrite && each.enforcement.kind === 'token') ?? []
  return readers.filter(each => name(each) === name({ ...(resource !== undefined && { resource }), schemes }))
}

async function compareUsers(
  context: ProbeContext,
  operation: ApiOperation,
  requestOf: RequestOf,
): Promise<PersonalData | Judgement | undefined> {
  const call = callOf(context, operation)
  if (isJudgement(call)) return undefined
  const first = await requestOf(operation, call, 'first')
  if (isJudgement(first)) return first
  const second = await requestOf(operation, call, 'second')
  if (isJudgement(second)) return second
  const own = await context.send(first)
  if (!isAccepted(own)) return undefined
  const other = await context.send(second)
  const again = await context.send(await repeated(requestOf, { operation, call, first }))
  const [others, repeatedly] = [partsOf(other), partsOf(again)]
  const parts = [...partsOf(own)].filter(part => !others.has(part) && repeatedly.has(part))
  return parts.length > 0 ? { operation, call, own, parts } : undefined
}

type Repeat = { readonly operation: ApiOperation; readonly call: SentRequest; readonly first: SentRequest }

/** A request of its own, since a proof of possession is good once. */
async function repeated(requestOf: RequestOf, { operation, call, first }: Repeat): Promise<SentRequest> {
  const request = await requestOf(operation, call, 'first')
  return isJudgement(request) ? first : request
}

/** What a success shows: each member of a list, or the content as a whole; nothing where it is no success. */
function partsOf(exchange: Exchange): ReadonlySet<string> {
  if (exchange.kind !== 'answered' || !isAccepted(exchange) || exchange.response.body === '') return new Set()
  const { body } = exchange.response
  return new Set(listIn(body)?.map(each => JSON.stringify(each)) ?? [body])
}

/** The list that a JSON text is, or that is the one list in it. */
function listIn(body: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (isList(value)) return value
    const lists = typeof value === 'object' && value !== null ? Object.values(value).filter(isList) : []
    return lists.length === 1 ? lists[0] : undefined
  } catch {
    return undefined
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** Judges a call by somebody who is not the first user. */
export function judgeStranger({ own, parts }: PersonalData, exchange: Exchange, who: string): Judgement {
  const evidence = [own, exchange]
  if (exchange.kind === 'failed') return inconclusive(`${who} got no answer: ${exchange.detail}`, exchange)
  const { status } = exchange.response
  const shown = partsOf(exchange)
  if (parts.some(part => shown.has(part)))
    return {
      verdict: 'fail',
      reason: `${who} gets what only the first user should see`,
      complaint: 'accepted',
      evidence,
    }
  if (isAccepted(exchange)) return { verdict: 'pass', reason: `${who} gets other data than the first user`, evidence }
  if ([401, 403, 404].includes(status)) return { verdict: 'pass', reason: `${who} was refused by ${status}`, evidence }
  return inconclusive(`${who} was answered by ${status}, which says nothing`, exchange)
}
