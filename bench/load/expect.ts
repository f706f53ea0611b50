import type { Answer } from './connection.ts'
import { parseObject } from './request.ts'

/** Throws unless the answer has this status. */
export function expectStatus(answer: Answer, ...wanted: readonly number[]): void {
  if (wanted.includes(answer.status)) return
  throw new Error(`answered ${answer.status}, not ${wanted.join(' or ')}: ${answer.body.slice(0, 300)}`)
}

/** Gives a text member of a JSON answer; throws where it is missing. */
export function expectMember(answer: Answer, name: string): string {
  const value = parseObject(answer.body)[name]
  if (typeof value !== 'string' || value === '')
    throw new Error(`no \`${name}\` in the answer: ${answer.body.slice(0, 300)}`)
  return value
}

/** Throws unless the token has three parts and ES256 in its header, so that nobody is measured with a cheaper algorithm. */
export function expectEs256(token: string): void {
  const [header, , signature, ...more] = token.split('.')
  const isSigned = header !== undefined && signature !== undefined && more.length === 0
  const alg = isSigned ? parseObject(Buffer.from(header, 'base64url').toString()).alg : undefined
  if (alg !== 'ES256') throw new Error('a JWT with ES256 is wanted as access token')
}

/** Throws where the token is a JWT. */
export function expectOpaque(token: string): void {
  if (/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/.test(token)) throw new Error('an opaque token is wanted, not a JWT')
}
