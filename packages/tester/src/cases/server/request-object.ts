// RFC 9101 §4, §5.1, §10
import { signJws } from '../../node/forge-jws.ts'
import { naturalAlg, type SigningKey } from '../../node/signing-key.ts'
import type { ServerTarget, TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { randomText } from '../../tokens/server-access.ts'
import { keyOf } from './client-assertion.ts'
import type { ServerContext } from './server-trial.ts'
import { serverOf } from './token-grant.ts'

/** What differs from a good request object; a member set to `undefined` is left out. */
export type ObjectChange = {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
}

/** Whether a server takes request objects, by its metadata. @spec RFC 9101 §10.5 */
export function takesRequestObjects({ metadata }: ServerTarget): boolean {
  return (
    metadata['request_parameter_supported'] === true ||
    metadata['require_signed_request_object'] === true ||
    (metadata['request_parameter_supported'] !== false &&
      textsIn(metadata, 'request_object_signing_alg_values_supported') !== undefined)
  )
}

/** Signs the parameters of a request, good but for the change. @spec RFC 9101 §4 */
export function requestObject(
  context: ServerContext,
  client: TestClient,
  pairs: readonly Pair[],
  { header = {}, claims = {}, key = keyOf(client) }: ObjectChange = {},
): string {
  const { publicJwk } = keyOf(client)
  const now = Math.floor(context.now() / 1000)
  const object = signJws({
    header: {
      typ: 'oauth-authz-req+jwt',
      alg: naturalAlg(publicJwk),
      ...('kid' in publicJwk && { kid: publicJwk.kid }),
      ...header,
    },
    payload: {
      ...Object.fromEntries(pairs),
      iss: client.clientId,
      aud: serverOf(context).issuer,
      iat: now,
      nbf: now,
      exp: now + 120,
      jti: randomText(),
      ...claims,
    },
    key,
  })
  return context.secrets.secret('request object', object).reveal()
}

/** The parameters that go beside a request object; those of OpenID Connect must be there too. @spec RFC 9101 §5 */
export function besideObject(pairs: readonly Pair[], object: string): readonly Pair[] {
  const kept = pairs.filter(([name]) => ['client_id', 'response_type', 'scope'].includes(name))
  return [...kept, ['request', object]]
}
