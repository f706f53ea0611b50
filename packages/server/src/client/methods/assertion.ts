// RFC 7521 §4.2, RFC 7523 §3
import { isSigningAlgorithm, jwtTypes } from '@ambit/protocol'
import { compactVerify, decodeJwt, decodeProtectedHeader, type KeyInput } from 'jose'
import type { ClientRecord } from '../../ports/records.ts'
import { type ClientKeyContext, findClientKeys } from '../client-keys.ts'

/** The claims of a client assertion whose signature is good; each of the right type or absent. */
export type AssertionClaims = {
  readonly iss?: string
  readonly sub?: string
  /** The audience, where it is exactly one: as a text, or as the only member of a list. */
  readonly aud?: string | readonly [string]
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
}

/** What a header says before anything is verified. @spec RFC 7515 §4.1 */
export type AssertionHeader = { readonly alg?: string; readonly kid?: string }

/** The client that an assertion says it comes from, before anything is verified. */
export function claimedSubject(assertion: string): string | undefined {
  try {
    return parseClaims(decodeJwt(assertion)).sub
  } catch {
    return undefined
  }
}

/** The algorithm and key that an assertion says it was signed by, before anything is verified. */
export function claimedHeader(assertion: string): AssertionHeader {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion)
    return texts({ alg, kid })
  } catch {
    return {}
  }
}

/**
 * The claims of an assertion that one of the client's keys signed. With several keys that would do, the header must name
 * one by `kid`.
 * @spec RFC 7523 §3, RFC 7515 §4.1.4
 */
export async function verifyAssertion(
  context: ClientKeyContext,
  client: ClientRecord,
  assertion: string,
): Promise<AssertionClaims | undefined> {
  const { alg = '', kid } = claimedHeader(assertion)
  if (!isSigningAlgorithm(alg)) return undefined
  const [key, other] = await findClientKeys(context, client, { use: 'sig', alg, ...(kid !== undefined && { kid }) })
  if (key === undefined || other !== undefined) return undefined
  return readAssertion(assertion, { key, algorithm: alg })
}

/** The claims of an assertion of the right type that this key signed by this algorithm. @spec RFC 7515 §5.2, RFC 8725 §3.1, §3.11 */
export async function readAssertion(
  assertion: string,
  by: { readonly key: KeyInput; readonly algorithm: string },
): Promise<AssertionClaims | undefined> {
  try {
    const { payload, protectedHeader } = await compactVerify(assertion, by.key, { algorithms: [by.algorithm] })
    const isTyped = [undefined, 'JWT', jwtTypes.clientAssertion].includes(protectedHeader.typ)
    return isTyped ? parseClaims(JSON.parse(new TextDecoder().decode(payload))) : undefined
  } catch {
    return undefined
  }
}

function parseClaims(value: unknown): AssertionClaims {
  const claims = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  return {
    ...texts({ iss: claims['iss'], sub: claims['sub'], jti: claims['jti'] }),
    ...audienceOf(claims['aud']),
    ...numbers({ exp: claims['exp'] }),
    ...beginnings({ nbf: claims['nbf'], iat: claims['iat'] }),
  }
}

function audienceOf(value: unknown): Pick<AssertionClaims, 'aud'> {
  if (typeof value === 'string') return { aud: value }
  const audiences: readonly unknown[] = Array.isArray(value) ? value : []
  const [only] = audiences
  return typeof only === 'string' && audiences.length === 1 ? { aud: [only] } : {}
}

function texts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  )
}

function numbers(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  )
}

/** What is no point in time is one that never comes, so that the assertion is not good yet. @spec RFC 7519 §4.1.5, §4.1.6 */
function beginnings(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  const named = Object.entries(values).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(named.map(([name]) => [name, Number.POSITIVE_INFINITY])), ...numbers(values) }
}
