import { hash } from 'node:crypto'
import { type ClientAuthenticationMethod, type Feature, secretHash } from '@ambit/server'
import type { Surroundings } from './check-client.ts'
import type { DeclaredClient } from './config.ts'
import type { OutboundConfig } from './declaration.ts'
import { join, type Place } from './fields.ts'
import { parseClientId } from './ids.ts'
import type { ShapedClient } from './shape.ts'

type Method = ClientAuthenticationMethod

/** What is kept of the secret that a client is declared with, in one of the three ways. */
export function readSecret(
  shaped: ShapedClient,
  { environment, features }: Pick<Surroundings, 'environment' | 'features'>,
  { path, report }: Place,
): Pick<DeclaredClient, 'secretHashes' | 'sealedSecret'> {
  const given = [shaped.secret, shaped.secretEnv, shaped.secretHash].filter(each => each !== undefined)
  if (given.length > 1) report(path, 'one of `secret`, `secretEnv` and `secretHash` is wanted, not several')
  if (shaped.secretHash !== undefined) return { secretHashes: [secretHash(shaped.secretHash)] }
  const name = shaped.secretEnv
  const value = name === undefined ? shaped.secret : environment[name]
  if (name !== undefined && !value) report(join(path, 'secretEnv'), `the environment variable \`${name}\` is not set`)
  if (name !== undefined && value && value.length < 16)
    report(join(path, 'secretEnv'), `\`${name}\` holds less than 16 characters; at least 16 are wanted`)
  if (!value) return { secretHashes: [] }
  const secretHashes = [secretHash(hash('sha256', value, 'base64url'))]
  try {
    return { secretHashes, ...keepSecret({ authenticationMethod: defaultMethod(shaped), ...shaped }, features, value) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    report(name === undefined ? join(path, 'secret') : join(path, 'secretEnv'), error.message)
    return { secretHashes }
  }
}

/**
 * What a method keeps of a secret beside the hash.
 * @throws {RangeError} for a secret that does not do
 */
export function keepSecret(
  { authenticationMethod, clientId }: { readonly authenticationMethod: string; readonly clientId: string },
  features: readonly Feature[],
  secret: string,
): Pick<DeclaredClient, 'sealedSecret'> {
  const methods = features.flatMap(({ clientAuthentications = [] }) => clientAuthentications)
  const by = methods.find(({ method }) => method === authenticationMethod)
  return by?.keepSecret?.(parseClientId(clientId), secret) ?? {}
}

/** The method of a client that names none. */
export function defaultMethod(shaped: ShapedClient): Method {
  if (shaped.jwks || shaped.jwksUri !== undefined) return 'private_key_jwt'
  const hasSecret = [shaped.secret, shaped.secretEnv, shaped.secretHash].some(each => each !== undefined)
  return hasSecret ? 'client_secret_basic' : 'none'
}

const ownMethods: readonly Method[] = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']

/** Reports a method that nothing mounted offers. @spec RFC 7591 §2 */
export function checkMethod(
  { authenticationMethod }: DeclaredClient,
  { features }: Surroundings,
  { path, report }: Place,
): void {
  const ofFeatures = features.flatMap(({ clientAuthentications = [] }) => clientAuthentications)
  const known = [...ownMethods, ...ofFeatures.map(({ method }) => method)]
  if (known.includes(authenticationMethod)) return
  report(join(path, 'authenticationMethod'), `\`${authenticationMethod}\` wants a feature that is switched on`)
}

/** What each method is proved by. @spec RFC 7591 §2, RFC 8705 §2 */
const credentials: Readonly<Record<Method, 'nothing' | 'secret' | 'keys' | 'certificate'>> = {
  none: 'nothing',
  client_secret_basic: 'secret',
  client_secret_post: 'secret',
  client_secret_jwt: 'secret',
  private_key_jwt: 'keys',
  tls_client_auth: 'certificate',
  self_signed_tls_client_auth: 'keys',
  attest_jwt_client_auth: 'nothing',
}

type Judging = { readonly around: Surroundings; readonly place: Place }

/** Reports what a client's one method lacks, or has no use for. @spec RFC 6749 §2.3 */
export function checkCredentials(shaped: ShapedClient, client: DeclaredClient, { around, place }: Judging): void {
  const { path, report } = place
  const method = client.authenticationMethod
  const wants = credentials[method]
  const hasSecret = [shaped.secret, shaped.secretEnv, shaped.secretHash].some(each => each !== undefined)
  if (wants === 'secret' && !hasSecret)
    report(path, `\`${method}\` wants a \`secret\`, \`secretEnv\` or \`secretHash\``)
  if (wants !== 'secret' && hasSecret)
    report(path, `\`${method}\` takes no secret; leave it out or choose another method`)
  if (method === 'client_secret_jwt' && shaped.secretHash !== undefined)
    report(join(path, 'secretHash'), `\`${method}\` wants the secret itself: \`secret\` or \`secretEnv\``)
  const hasKeys = client.jwks !== undefined || client.jwksUri !== undefined
  if (wants === 'keys' && !hasKeys) report(path, `\`${method}\` wants \`jwks\` or \`jwksUri\``)
  // signed requests and encrypted answers use the keys of clients that authenticate by something else
  if (wants !== 'keys' && hasKeys && around.features.length === 0)
    report(join(path, client.jwks ? 'jwks' : 'jwksUri'), `\`${method}\` takes no keys`)
  if (client.jwks && client.jwksUri !== undefined)
    report(join(path, 'jwksUri'), 'one of `jwks` and `jwksUri` is wanted, not both')
  if (client.jwksUri !== undefined)
    checkKeysUri(client.jwksUri, around.outbound, { ...place, path: join(path, 'jwksUri') })
}

function checkKeysUri(uri: string, { dangerouslyAllow = [] }: OutboundConfig, { path, report }: Place): void {
  const { protocol, origin } = new URL(uri)
  if (protocol !== 'https:' && !dangerouslyAllow.includes(origin))
    report(path, 'https is wanted, or an origin that `outbound.dangerouslyAllow` names')
}
