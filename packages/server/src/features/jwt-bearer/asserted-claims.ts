// RFC 7523 §3, RFC 7800 §3.1, RFC 8693 §4.1
import type { Confirmation, JwtClaims } from '@ambit/protocol'
import type { Actor } from '../../ports/records.ts'

/** The claims of an assertion whose signature is good; each of the right type or absent. */
export type AssertedClaims = {
  readonly iss?: string
  readonly sub?: string
  /** The audience, where it is exactly one. */
  readonly aud?: string
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly authTime?: number
  readonly acr?: string
  readonly scope?: string
  readonly clientId?: string
  readonly resources?: readonly string[]
  /** `unknown`: bound in a way that nobody here can see proved, or not readable. */
  readonly confirmation?: Confirmation | 'unknown'
  readonly actor?: Actor | 'unknown'
  /** All of them, as they came. */
  readonly all: JwtClaims
}

/** How many may act one for another in what is believed. */
const mostActors = 4

/** Reads the claims of an assertion; nothing where they are no JSON object. */
export function parseAssertedClaims(text: string): AssertedClaims | undefined {
  const all = parseObject(text)
  if (all === undefined) return undefined
  const { iss, sub, jti, acr, scope, client_id: clientId, exp, nbf, iat, auth_time: authTime, cnf, act } = all
  return {
    ...texts({ iss, sub, jti, acr, scope, clientId, aud: only(all['aud']) }),
    ...numbers({ exp, authTime }),
    ...beginnings({ nbf, iat }),
    ...(all['resource'] !== undefined && { resources: listOf(all['resource']) }),
    ...(cnf !== undefined && { confirmation: readConfirmation(cnf) }),
    ...(act !== undefined && { actor: readActor(act, mostActors) }),
    all,
  }
}

function parseObject(text: string): JwtClaims | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JwtClaims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function only(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value
}

/** What is no list of texts is one that nothing is in, so that it fits nowhere. */
function listOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.every(each => typeof each === 'string') ? values : []
}

/** @spec RFC 7800 §3.1: all members must be understood, or the binding is not */
function readConfirmation(value: unknown): Confirmation | 'unknown' {
  if (!isObject(value)) return 'unknown'
  const members = Object.entries(value)
  const isKnown = ([name, text]: readonly [string, unknown]) =>
    (name === 'jkt' || name === 'x5t#S256') && typeof text === 'string' && text !== ''
  return members.length > 0 && members.every(isKnown) ? texts(value) : 'unknown'
}

/** @spec RFC 8693 §4.1 */
function readActor(value: unknown, left: number): Actor | 'unknown' {
  if (!isObject(value) || left === 0) return 'unknown'
  const { sub, iss, client_id: clientId, act } = value
  if (typeof sub !== 'string' || sub === '') return 'unknown'
  const actor = act === undefined ? undefined : readActor(act, left - 1)
  return actor === 'unknown' ? actor : { sub, ...texts({ iss, clientId }), ...(actor && { actor }) }
}

function texts(values: JwtClaims): Readonly<Record<string, string>> {
  const isText = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === 'string' && entry[1] !== ''
  return Object.fromEntries(Object.entries(values).filter(isText))
}

function numbers(values: JwtClaims): Readonly<Record<string, number>> {
  const isNumber = (entry: [string, unknown]): entry is [string, number] => Number.isFinite(entry[1])
  return Object.fromEntries(Object.entries(values).filter(isNumber))
}

/** What is no point in time is one that never comes, so that the assertion is not good yet. @spec RFC 7519 §4.1.5, §4.1.6 */
function beginnings(values: JwtClaims): Readonly<Record<string, number>> {
  const named = Object.entries(values).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(named.map(([name]) => [name, Number.POSITIVE_INFINITY])), ...numbers(values) }
}
