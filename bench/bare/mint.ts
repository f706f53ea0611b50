// RFC 9068 §2
import { hash, type KeyObject } from 'node:crypto'
import { accessTokenTtl, machine, resources, scope } from '../registration.ts'
import { signEs256 } from './es256.ts'
import type { TokenRow } from './ledger.ts'
import { randomText } from './random.ts'

/** A minted token and the row that is kept of it. */
type Minted = { readonly token: string; readonly row: TokenRow }

/** Makes a token for the row key `id`, at `now` in seconds. */
export type Mint = (id: number, now: number) => Minted

/** Mints JWT access tokens with ES256. */
export function mintJwt(issuer: string, key: KeyObject): Mint {
  const header = encode({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
  const fixed = { iss: issuer, sub: machine.id, client_id: machine.id, aud: resources.jwt, scope }
  const start = JSON.stringify(fixed).slice(0, -1)
  return (id, now) => {
    const jti = randomText(16)
    const claims = `${start},"jti":"${jti}","iat":${now},"exp":${now + accessTokenTtl}}`
    const input = `${header}.${Buffer.from(claims, 'latin1').toString('base64url')}`
    return { token: `${input}.${signEs256(input, key)}`, row: rowOf(id, Buffer.from(jti, 'latin1'), now) }
  }
}

/** Mints opaque access tokens of 256 random bits, led by the row key so that a look-up is a row seek. */
export function mintOpaque(): Mint {
  return (id, now) => {
    const token = `${id.toString(36)}.${randomText(32)}`
    return { token, row: rowOf(id, hash('sha256', token, 'buffer'), now) }
  }
}

/** The row key that an opaque token carries; NaN where there is none. */
export function rowKey(token: string): number {
  const dot = token.indexOf('.')
  return dot < 1 ? Number.NaN : Number.parseInt(token.slice(0, dot), 36)
}

function rowOf(id: number, mark: Uint8Array, now: number): TokenRow {
  return { id, mark, client: machine.id, scope, expiresAt: now + accessTokenTtl }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
