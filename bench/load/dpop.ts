// RFC 9449 §4.2, §5
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { machine, resources, scope } from '../registration.ts'
import { expectEs256, expectMember, expectStatus } from './expect.ts'
import { post, type Surface } from './request.ts'
import type { Prepare } from './step.ts'

/** Client credentials for a JWT that is bound to a key: each request brings a proof of its own. */
export const prepareBoundCredentials: Prepare = async (surface, connections) =>
  Array.from({ length: connections }, () => {
    const prove = makeProver('POST', surface.origin + surface.token)
    return async (connection, isSampled) => {
      const answer = await connection.send(boundRequest(surface, prove()))
      expectStatus(answer, 200)
      if (!isSampled) return
      expectEs256(expectMember(answer, 'access_token'))
      if (expectMember(answer, 'token_type') !== 'DPoP') throw new Error('a token that is bound to the key is wanted')
    }
  })

function boundRequest(surface: Surface, proof: string): string {
  const form = {
    grant_type: 'client_credentials',
    client_id: machine.id,
    client_secret: machine.secret,
    scope,
    resource: resources.jwt,
  }
  return post(surface, surface.token, form, `DPoP: ${proof}\r\n`)
}

/** Makes proofs for one place with a key of its own. */
function makeProver(htm: string, htu: string): () => string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) })
  return () => {
    const jti = randomBytes(16).toString('base64url')
    const text = `${header}.${encode({ jti, htm, htu, iat: Math.floor(Date.now() / 1000) })}`
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
