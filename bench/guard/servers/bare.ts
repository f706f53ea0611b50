// Usage: bare.ts <jwks> open|check|remember
// RFC 9068 §4
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { createServer } from 'node:http'
import { toDer } from '../../bare/es256.ts'
import { announce, listen } from '../../listening.ts'
import { audience, issuer, scope } from '../issuer.ts'
import { guardedPath, payload, readKeys } from './settings.ts'

type Claims = Readonly<Record<string, unknown>>

const [jwk] = readKeys().keys
if (!jwk) throw new Error('the key set is empty')
const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
const mode = process.argv[3]
const seen = new Map<string, Claims>()

const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  if (request.url !== guardedPath) return response.writeHead(404).end()
  if (mode !== 'open' && !isAllowed(request.headers.authorization ?? '')) return response.writeHead(401).end()
  return response.writeHead(200, { 'content-type': 'application/json' }).end(payload)
})
announce(await listen(server))

function isAllowed(field: string): boolean {
  if (!field.startsWith('Bearer ')) return false
  const claims = mode === 'remember' ? remembered(field.slice(7)) : check(field.slice(7), key)
  return claims !== undefined && Number(claims['exp']) > Date.now() / 1000
}

function remembered(token: string): Claims | undefined {
  const name = hash('sha256', token, 'base64')
  const known = seen.get(name)
  if (known) return known
  const claims = check(token, key)
  if (claims) seen.set(name, claims)
  return claims
}

/** The least that a check of a JWT can be: signature, type, issuer, audience, scope. */
function check(token: string, publicKey: KeyObject): Claims | undefined {
  const end = token.lastIndexOf('.')
  const [header = '', payloadPart = ''] = token.split('.')
  const { alg, typ } = parse(header)
  if (alg !== 'ES256' || typ !== 'at+jwt') return undefined
  const signature = toDer(Buffer.from(token.slice(end + 1), 'base64url'))
  const isSigned = verify('sha256', Buffer.from(token.slice(0, end), 'latin1'), publicKey, signature)
  const claims = parse(payloadPart)
  const isFit =
    claims['iss'] === issuer && claims['aud'] === audience && String(claims['scope']).split(' ').includes(scope)
  return isSigned && isFit ? claims : undefined
}

function parse(part: string): Claims {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
