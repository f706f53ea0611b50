import { BlockList, isIP } from 'node:net'
import { signingAlgorithms } from '@ambit/protocol'
import { isScopeToken } from '@ambit/scope'
import type { ClientKey } from '@ambit/server'
import { issuerProblem } from '@ambit/server'
import { type Field, field, isObject, listOf, oneOf, textWhere } from './fields.ts'

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An issuer: https, or http on loopback, without query or fragment. @spec RFC 8414 §2 */
export const issuer: Field<string> = {
  wanted: 'an https URL',
  parse(value, { path, report }) {
    const problem = typeof value === 'string' ? issuerProblem(value) : 'a text is wanted'
    if (typeof value === 'string' && problem === undefined) return value
    report(path, typeof value === 'string' ? `${problem}, not \`${value}\`` : 'an https URL is wanted')
    return undefined
  },
}

/** A resource identifier: an absolute URI without a fragment. @spec RFC 8707 §2 */
export const resourceUri = textWhere('an absolute URI without a fragment', isAbsoluteUri)

/** A URL of the web. */
export const webUrl = textWhere('an http or https URL', value => isUrlOf(value, ['http:', 'https:']))

/** An origin as `URL` prints it. */
export const origin = textWhere(
  'an origin such as `http://127.0.0.1:9000`',
  value => isUrlOf(value, ['http:', 'https:']) && new URL(value).origin === value,
)

/**
 * A redirect URI: absolute, without a fragment, and of a scheme that no browser runs as a program.
 * @spec RFC 6749 §3.1.2
 */
export const redirectUri = textWhere(
  'an absolute https URI of one host (http on loopback; a scheme of its own for native apps) without a fragment',
  isRedirectUri,
)

/** Scope-tokens, one by one. @spec RFC 6749 §3.3 */
export const scopeTokens = listOf(textWhere('a scope-token', isScopeToken))

/** A client identifier: visible characters. @spec RFC 6749 §A.1 */
export const clientId = textWhere('a text of visible ASCII characters', value => /^[\x21-\x7e]{1,256}$/.test(value))

/** The base64url of 32 bytes. */
export const isKeyOf32Bytes = (value: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(value)

/** A signature algorithm of this house. */
export const algorithm = oneOf(...signingAlgorithms)

/** A method of client authentication. @spec RFC 7591 §2 */
export const authenticationMethod = oneOf(
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'attest_jwt_client_auth',
)

/** An address, or a network as `10.0.0.0/8`. */
export const network = textWhere('an IP address or a network like `10.0.0.0/8`', isNetwork)

/** Keys of a client: public ones, each with its type. @spec RFC 7517 §5 */
export const publicJwks = field(
  'an object with `keys`, a list of public JWKs (no `d`, no `k`)',
  (value): value is { readonly keys: readonly ClientKey[] } =>
    isObject(value) && Array.isArray(value['keys']) && value['keys'].length > 0 && value['keys'].every(isPublicJwk),
)

/** Whether an address belongs to this machine alone. */
export function isLoopback(hostname: string): boolean {
  return loopbackHosts.has(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function isAbsoluteUri(value: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+$/.test(value) && URL.canParse(value)
}

function isUrlOf(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol)
}

function isRedirectUri(value: string): boolean {
  if (!isAbsoluteUri(value)) return false
  const { protocol, hostname } = new URL(value)
  if (/^https?:(?!\/\/[^/])|\\/i.test(value) || hostname.includes('*')) return false
  if (protocol === 'https:') return true
  if (protocol === 'http:') return isLoopback(hostname)
  return !['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:', 'ws:', 'wss:', 'ftp:'].includes(protocol)
}

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  if (!/^\d{1,3}$/.test(prefix)) return false
  try {
    new BlockList().addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}

function isPublicJwk(value: unknown): value is ClientKey {
  return isObject(value) && typeof value['kty'] === 'string' && !('d' in value) && !('k' in value)
}
