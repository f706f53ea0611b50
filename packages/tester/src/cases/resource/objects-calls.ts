// OWASP API1:2023
import type { CallChange, ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt, heldToken, idIn, jsonOf, type Supply } from './attempt.ts'
import { leavesOf, pathParameters } from './call-values.ts'
import { isAccepted } from './guarded-call.ts'
import type { Family } from './objects-known.ts'

/** A user's token of the least scope for an operation. */
export function tokenOf(operation: ApiOperation, user: 'first' | 'second'): Supply {
  return context => heldToken(operation, context.leastScope(operation), { holder: { kind: 'user', user } })(context)
}

/** Calls an operation as one of the users; `undefined` where it could not be called. */
export async function callAs(
  context: ProbeContext,
  { operation, user, change = {} }: { operation: ApiOperation; user: 'first' | 'second'; change?: CallChange },
): Promise<Exchange | undefined> {
  const made = await attempt(context, { operation, token: tokenOf(operation, user), change })
  return made.kind === 'sent' ? made.exchange : undefined
}

/** An object that was made for a probe. */
export type Made = { readonly id: string; readonly exchange: Exchange }

/** Makes an object as the first user. */
export async function makeObject(
  context: ProbeContext,
  { create, read, remove, update }: Family,
  body?: unknown,
): Promise<Made | undefined> {
  if (create === undefined) return undefined
  const change = body === undefined ? {} : { body }
  const exchange = await callAs(context, { operation: create, user: 'first', change })
  if (exchange === undefined || !isAccepted(exchange)) return undefined
  const name = nameOfId(read ?? remove ?? update)
  const id = name === undefined ? undefined : idIn(exchange, name)
  return id === undefined ? undefined : { id, exchange }
}

/** The name of the path parameter that names the object. */
export function nameOfId(operation: ApiOperation | undefined): string | undefined {
  return operation === undefined ? undefined : pathParameters(operation).at(-1)?.name
}

/** Texts in an answer that tell of this object and of none of the others. */
export function distinctiveTexts(own: Exchange, ...others: readonly (Exchange | undefined)[]): readonly string[] {
  const common = new Set(
    others.flatMap(each => (each === undefined ? [] : leavesOf(jsonOf(each)).map(({ value }) => value))),
  )
  const texts = leavesOf(jsonOf(own)).flatMap(({ value }) =>
    typeof value === 'string' && value.length >= 4 ? [value] : [],
  )
  return [...new Set(texts)].filter(text => !common.has(text))
}

/** The first of these texts that an answer shows. */
export function shownText(exchange: Exchange, texts: readonly string[]): string | undefined {
  if (exchange.kind === 'failed') return undefined
  return texts.find(text => exchange.response.body.includes(text))
}
