// RFC 3986 §6.2.2; RFC 9110 §9

import type { Judgement } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import { worstOf } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import type { Exchange, SentRequest } from '../../wire/exchange.ts'
import { attempt, heldToken, jsonOf, type Supply, statusOf } from './attempt.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { tooLittle } from './scope-oracle.ts'

/** One way that could lead around the guard. */
export type Detour = {
  readonly operation: ApiOperation
  readonly api: ApiTarget
  /** The request as it is changed, without any token. */
  readonly reshape: (request: SentRequest) => SentRequest
  /** To begin the sentence: `/petstore//pets without a token`. */
  readonly sent: string
}

/** Tries a detour without a token, and with one of too little scope. */
export async function tryDetour(context: ProbeContext, detour: Detour): Promise<Judgement> {
  const { operation, api, sent } = detour
  const without = await tryOnce(context, detour, { words: `${sent}, without a token,` })
  const little = tooLittle(api, operation)
  if (little.length === 0 || without.verdict === 'fail') return without
  const token = heldToken(operation, little)
  const words = `${sent}, with a token of too little scope,`
  const withLittle = await tryOnce(context, detour, { words, token })
  return withLittle.verdict === 'inconclusive' && without.verdict === 'pass' ? without : worstOf(without, withLittle)
}

type Try = { readonly words: string; readonly token?: Supply }

async function tryOnce(context: ProbeContext, detour: Detour, { words, token }: Try): Promise<Judgement> {
  const { operation, reshape } = detour
  const made = await attempt(context, { operation, reshape, ...(token !== undefined && { token }) })
  if (made.kind === 'not_sent')
    return made.judgement.verdict === 'not_applicable' ? inconclusive(made.judgement.reason) : made.judgement
  return judgeDetour(context, detour, { exchange: made.exchange, words })
}

type Came = { readonly exchange: Exchange; readonly words: string }

/** Anything but yes is a refusal here; a yes that is what a stranger gets everywhere is none either. */
async function judgeDetour(
  context: ProbeContext,
  { operation }: Detour,
  { exchange, words }: Came,
): Promise<Judgement> {
  const evidence = [exchange]
  if (exchange.kind === 'failed') {
    const isClosed = exchange.failure === 'reset' || exchange.failure === 'refused'
    if (isClosed) return { verdict: 'pass', reason: `${words} was refused: the connection was closed`, evidence }
    return inconclusive(`${words} got no answer: ${exchange.failure}, ${exchange.detail}`, exchange)
  }
  const { status } = exchange.response
  if (status === 429 || status === 503)
    return inconclusive(`${words} was answered by ${status}, which says nothing`, exchange)
  if (status >= 500) return { verdict: 'fail', reason: `${words} made the API fail: the answer is ${status}`, evidence }
  if (status !== 101 && !isAccepted(exchange))
    return { verdict: 'pass', reason: `${words} was refused by ${status}`, evidence }
  if (await isEverywhere(context, operation, exchange))
    return { verdict: 'pass', reason: `${words} got what every address answers that is not there`, evidence }
  return { verdict: 'fail', reason: `${words} was answered by ${status}`, evidence, complaint: accepted }
}

/** Whether an address that cannot exist answers the same: a start page, a catch-all. */
async function isEverywhere(context: ProbeContext, operation: ApiOperation, exchange: Exchange): Promise<boolean> {
  const call = context.call(operation)
  if (call === undefined) return false
  const { body: _, ...request } = call
  const nowhere = await context.send({
    ...request,
    method: 'GET',
    target: `/tester-${operation.method.toLowerCase()}-nowhere`,
  })
  return isAccepted(nowhere) && bodyOfAnswer(nowhere) === bodyOfAnswer(exchange)
}

function bodyOfAnswer(exchange: Exchange): string {
  return exchange.kind === 'failed' ? '' : exchange.response.body
}

/** Whether two answers say the same: status and JSON, or text. */
export function isSameAnswer(one: Exchange, other: Exchange): boolean {
  if (statusOf(one) !== statusOf(other)) return false
  const [a, b] = [jsonOf(one), jsonOf(other)]
  return a === undefined && b === undefined
    ? bodyOfAnswer(one) === bodyOfAnswer(other)
    : JSON.stringify(a) === JSON.stringify(b)
}

/** Whether an answer is that of the plain call, which is made before and after it, in two rounds. */
type Likeness = 'same' | 'other' | 'unsteady'

/** Two calls: the plain one, and the one that may be answered otherwise. */
type Comparing = {
  readonly plain: () => Promise<Exchange | undefined>
  readonly other: () => Promise<Exchange | undefined>
}

/**
 * Compares an answer with that of a plain call. The world does not stand still between two calls: another answer counts only
 * where it is another one twice, and an answer that is never the same twice compares with nothing.
 */
export async function likenessOf({ plain, other }: Comparing): Promise<Likeness> {
  for (let round = 0; round < 2; round++) {
    const before = await plain()
    const tried = await other()
    const after = await plain()
    if (before === undefined || tried === undefined || after === undefined) return 'unsteady'
    if (isSameAnswer(before, tried) || isSameAnswer(after, tried)) return 'same'
  }
  const [one, another] = [await plain(), await plain()]
  const isSteady = one !== undefined && another !== undefined && isSameAnswer(one, another)
  return isSteady ? 'other' : 'unsteady'
}

/** The path and the query of a request target. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?')
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at) }
}
