// RFC 9101 §4, §5, §10.5; JARM §2.3
import { type SigningKey, signJws } from '../node/forge-jws.ts'
import { canSign, naturalAlg } from '../node/signing-key.ts'
import type { KeyPair, ServerTarget, TestClient } from '../target/target.ts'
import type { Pair } from './endpoint-request.ts'
import { textsIn } from './json-object.ts'
import { randomText, type ServerAccess } from './server-access.ts'

/** What differs from a good request object; a member set to `undefined` is left out. */
export type ObjectChange = {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
}

type SigningParts = Pick<ServerAccess, 'server' | 'secrets' | 'now'>
type Signer = { readonly clientId: string; readonly own: KeyPair; readonly change?: ObjectChange }

/** Signs the parameters of a request, good but for the change. @spec RFC 9101 §4 */
export function signRequest(pairs: readonly Pair[], signer: Signer, { server, secrets, now }: SigningParts): string {
  const { own, clientId, change: { header = {}, claims = {}, key = own } = {} } = signer
  const { publicJwk } = own
  const at = Math.floor(now() / 1000)
  const object = signJws({
    header: {
      typ: 'oauth-authz-req+jwt',
      alg: algorithmFor(publicJwk, server),
      ...('kid' in publicJwk && { kid: publicJwk.kid }),
      ...header,
    },
    payload: {
      ...membersOf(pairs),
      iss: clientId,
      aud: server.issuer,
      iat: at,
      nbf: at,
      exp: at + 120,
      jti: randomText(),
      ...claims,
    },
    key,
  })
  return secrets.secret('request object', object).reveal()
}

/** Several resources are a list; nothing else may come twice. @spec RFC 8707 §2 */
function membersOf(pairs: readonly Pair[]): Readonly<Record<string, unknown>> {
  const resources = pairs.flatMap(([name, value]) => (name === 'resource' ? [value] : []))
  return { ...Object.fromEntries(pairs), ...(resources.length > 1 && { resource: resources }) }
}

function algorithmFor(publicJwk: JsonWebKey, { metadata }: ServerTarget): string {
  const own = naturalAlg(publicJwk)
  const supported = textsIn(metadata, 'request_object_signing_alg_values_supported')
  if (supported === undefined || supported.includes(own)) return own
  return supported.find(alg => canSign(publicJwk.kty, alg)) ?? own
}

/** The parameters that go beside a request object; those of OpenID Connect must be there too. @spec RFC 9101 §5 */
export function besideObject(pairs: readonly Pair[], object: string): readonly Pair[] {
  const kept = pairs.filter(([name]) => ['client_id', 'response_type', 'scope'].includes(name))
  return [...kept, ['request', object]]
}

/** A request as this server and this client want it, or why it cannot be made so. */
export type Sealed = { readonly kind: 'sealed'; readonly pairs: readonly Pair[] } | Unsealable
/** A request that cannot be said in the form that the server demands. */
type Unsealable = { readonly kind: 'unsealable'; readonly reason: string }

/**
 * Asks for a signed answer where the client must, and signs the request where the server or the client wants that.
 * @spec RFC 9101 §10.5, JARM §2.3
 */
export function sealRequest(pairs: readonly Pair[], client: TestClient, parts: SigningParts): Sealed {
  const isModeSaid = pairs.some(([name]) => name === 'response_mode')
  const asked: readonly Pair[] =
    client.responseMode === undefined || isModeSaid ? pairs : [...pairs, ['response_mode', client.responseMode]]
  const isSigned = parts.server.metadata['require_signed_request_object'] === true || client.signsRequests === true
  if (!isSigned) return { kind: 'sealed', pairs: asked }
  const { credential, clientId, name } = client
  if (!('key' in credential))
    return unsealable(`the client \`${name}\` has no key to sign its requests with, which the server demands`)
  const twice = asked.find(([each], index) => each !== 'resource' && asked.findIndex(([name]) => name === each) < index)
  if (twice !== undefined) return unsealable(`a signed request cannot say \`${twice[0]}\` twice`)
  const object = signRequest(asked, { clientId, own: credential.key }, parts)
  return { kind: 'sealed', pairs: besideObject(asked, object) }
}

function unsealable(reason: string): Unsealable {
  return { kind: 'unsealable', reason }
}
