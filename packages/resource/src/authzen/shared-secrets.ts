// OpenID Authorization API 1.0 §11.2, RFC 6750 §2.1
import { type HttpRequest, printChallenge, singleHeader } from '@ambit/protocol'
import { sha256 } from '../digest.ts'
import { isEqualText } from '../text-equality.ts'
import type { PepAuthentication } from './decision-point.ts'
import { plainText } from './plain-text.ts'

const shortest = 32

/**
 * Authenticates policy enforcement points by a secret that each shares with this decision point, sent as a bearer token.
 * Secrets are compared by digest, and each with all, so that time tells nothing.
 * @spec OpenID Authorization API 1.0 §11.2, §11.3
 * @param secrets by the enforcement point's name; two of one name, joined in an array, while one is replaced
 * @throws {RangeError} for no secret, or one of fewer than 32 characters
 * @example
 * authenticate: sharedSecrets({ gateway: process.env.GATEWAY_SECRET })
 */
export function sharedSecrets(
  secrets: Readonly<Record<string, string | readonly string[] | undefined>>,
): (request: HttpRequest) => Promise<PepAuthentication> {
  const entries = Object.entries(secrets).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value]).map(secret => ({ name, secret: secret ?? '' })),
  )
  if (entries.length === 0) throw new RangeError('`sharedSecrets` has no secret; at least one is wanted')
  const short = entries.find(({ secret }) => secret.length < shortest)
  if (short)
    throw new RangeError(`the secret of \`${short.name}\` is shorter than ${shortest} characters, or is missing`)
  const known = Promise.all(entries.map(({ secret }) => Promise.resolve(sha256(secret))))
  return async request => {
    const [, sent] = /^Bearer +(\S+)$/i.exec(singleHeader(request.headers, 'authorization') ?? '') ?? []
    if (sent === undefined) return refused({})
    const digest = await sha256(sent)
    const matches = (await known).map(each => isEqualText(each, digest))
    return matches.includes(true) ? { kind: 'allowed' } : refused({ error: 'invalid_token' })
  }
}

function refused(error: { readonly error?: string }): PepAuthentication {
  const challenge = printChallenge('Bearer', { realm: 'authzen', ...error })
  const response = plainText(401, 'a policy enforcement point authenticates with its secret', {
    'www-authenticate': challenge,
  })
  return { kind: 'refused', response }
}
