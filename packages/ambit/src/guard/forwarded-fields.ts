// RFC 9110 §7.6.1, §7.8; RFC 7239
import { isIdentityField } from './identity-fields.ts'

/** Names and values in turn, as they came or as they go. */
export type RawFields = readonly string[]

/** Fields that are for one connection only, whatever `Connection` says. @spec RFC 9110 §7.6.1 */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Fields in which a client would say what only a proxy may say, or would have a request taken for another one. */
const impostors: ReadonlySet<string> = new Set([
  'forwarded',
  'x-forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-method',
  'x-forwarded-path',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-uri',
  'x-real-ip',
  'x-original-host',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
])

/** What a request tells the API beside what the client sent. */
export type Onward = {
  /** The authority of the API. */
  readonly host: string
  /** The address of the client, or the chain of addresses as far as trusted proxies wrote it. */
  readonly forwardedFor: string
  readonly forwardedHost: string | undefined
  readonly forwardedProto: 'http' | 'https'
  /** Who calls. */
  readonly identity: Readonly<Record<string, string>>
  /** Whether the token goes on to the API. */
  readonly keepsAuthorization: boolean
}

/** The fields of a request that go on to the API: the client's without those that are not his to say, and the guard's own. */
export function requestFields(raw: RawFields, onward: Onward): RawFields {
  const dropped = connectionFields(raw)
  const kept = pairsOf(raw).filter(([name]) => {
    const plain = name.toLowerCase()
    if (plain === 'host' || plain === 'expect' || hopByHop.has(plain) || dropped.has(plain)) return false
    if (!onward.keepsAuthorization && (plain === 'authorization' || plain === 'dpop')) return false
    return !impostors.has(plain.replaceAll('_', '-')) && !isIdentityField(plain)
  })
  const own: readonly (readonly [string, string])[] = [
    ['host', onward.host],
    ['x-forwarded-for', onward.forwardedFor],
    ['x-forwarded-proto', onward.forwardedProto],
    ...(onward.forwardedHost === undefined ? [] : [['x-forwarded-host', onward.forwardedHost] as const]),
    ...Object.entries(onward.identity),
  ]
  return [...kept, ...own].flat()
}

/** The fields of an answer that go on to the client; what a guarded answer says of caches is at least `private`. */
export function responseFields(raw: RawFields, own: Readonly<Record<string, string>>): RawFields {
  const dropped = connectionFields(raw)
  const kept = pairsOf(raw).filter(([name]) => {
    const plain = name.toLowerCase()
    return !hopByHop.has(plain) && !dropped.has(plain) && !Object.hasOwn(own, plain)
  })
  return [...kept, ...Object.entries(own)].flat()
}

/** The fields that `Connection` names are for one connection as well; but none of those that frame the message. */
function connectionFields(raw: RawFields): ReadonlySet<string> {
  const named = pairsOf(raw)
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(','))
    .map(name => name.trim().toLowerCase())
  return new Set(named.filter(name => name !== 'content-length' && name !== 'host'))
}

function pairsOf(raw: RawFields): readonly (readonly [name: string, value: string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? ''])
  return pairs
}
