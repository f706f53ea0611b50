// Token Status List §4, §5.1, §8.3
import { isRefusal } from '@ambit/protocol'
import { bytesOfBase64Url, isBase64Url } from './base64url.ts'
import { readAll } from './bounded-fetch.ts'
import { isObject, type JsonObject } from './strict-json.ts'
import { parseStrictJws } from './strict-jws.ts'
import { type JwsRules, verifyJws } from './verify-jws.ts'

/** The statuses of many tokens, so many bits each. @spec Token Status List §4.1 */
export type StatusList = { readonly bits: number; readonly bytes: Uint8Array }

/** A list that its issuer signed. Times are in seconds since the epoch, spans in seconds. */
export type StatusListToken = {
  readonly list: StatusList
  readonly expiresAt: number | undefined
  readonly ttl: number | undefined
}

/** What a status list token must be. */
export type StatusListRules = Omit<JwsRules, 'isType'> & {
  readonly issuer: string
  readonly uri: string
  readonly now: number
  readonly clockSkew: number
}

/** Characters of a status list token: about a million tokens that compress badly. */
export const longestListToken = 4_194_304
const mostBytes = 8_388_608
const bitSizes: readonly unknown[] = [1, 2, 4, 8]

/**
 * Verifies a status list token and takes its list out.
 * @spec Token Status List §8.3
 * @throws {Error} saying what is wrong with it
 */
export async function readStatusListToken(token: string, rules: StatusListRules): Promise<StatusListToken> {
  const jws = parseStrictJws(token, longestListToken)
  if (isRefusal(jws)) throw new Error(jws.reason)
  const verified = await verifyJws(jws, { ...rules, isType: typ => typ === 'statuslist+jwt' })
  if (verified.kind !== 'signed') throw new Error(verified.reason)
  const problem = findProblem(jws.claims, rules)
  if (problem !== undefined) throw new Error(problem)
  const { exp, ttl, status_list: list } = jws.claims
  return { list: await readList(list), expiresAt: timeOrNone(exp), ttl: timeOrNone(ttl) }
}

function findProblem(claims: JsonObject, { issuer, uri, now, clockSkew }: StatusListRules): string | undefined {
  const { iss, sub, iat, exp, ttl } = claims
  if (iss !== undefined && iss !== issuer) return 'it is of another issuer'
  if (sub !== uri) return 'its `sub` is another address'
  if (!isNumber(iat) || iat > now + clockSkew) return 'its `iat` is missing or in the future'
  if (exp !== undefined && !(isNumber(exp) && now < exp)) return 'it has expired'
  if (ttl !== undefined && !(isNumber(ttl) && ttl > 0)) return 'its `ttl` is no positive number'
  return undefined
}

async function readList(value: unknown): Promise<StatusList> {
  if (!isObject(value) || !bitSizes.includes(value['bits'])) throw new Error('its `bits` are none of 1, 2, 4 and 8')
  const { bits, lst } = value
  if (typeof lst !== 'string' || !isBase64Url(lst)) throw new Error('its `lst` is no base64url')
  return { bits: Number(bits), bytes: await inflate(bytesOfBase64Url(lst)) }
}

async function inflate(compressed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    return await readAll(new Blob([compressed]).stream().pipeThrough(new DecompressionStream('deflate')), mostBytes)
  } catch (cause) {
    throw new Error(`its \`lst\` is no compressed list of at most ${mostBytes} bytes`, { cause })
  }
}

/** The status of a token, `undefined` beyond the list's end. Bits are counted from the least significant one. @spec Token Status List §4.1 */
export function statusAt({ bits, bytes }: StatusList, index: number): number | undefined {
  const perByte = 8 / bits
  const byte = bytes[Math.floor(index / perByte)]
  return byte === undefined ? undefined : (byte >> ((index % perByte) * bits)) & (2 ** bits - 1)
}

function timeOrNone(value: unknown): number | undefined {
  return isNumber(value) ? value : undefined
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}
