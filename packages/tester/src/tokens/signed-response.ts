// JARM §2.1, §2.4
import { splitJws } from '../node/forge-jws.ts'
import type { AuthorizationOutcome } from '../run/probe-context.ts'
import { getDocument } from './endpoint-request.ts'
import { isJsonObject, type JsonObject, numberIn, parseJsonObject } from './json-object.ts'
import { isSignedByOneOf } from './jws-signature.ts'
import { endpointOf, type ServerAccess } from './server-access.ts'

/** Seconds by which clocks may differ. */
const skew = 60

/** What belongs to the JWT and not to the answer; `iss` is of both. */
const ofJwt = new Set(['aud', 'exp', 'iat', 'nbf', 'jti'])

/**
 * The outcome with the parameters that stand in its signed response; what is wrong with that stands in `problem`. An outcome
 * without a signed response is left as it is. @spec JARM §2.4
 */
export async function openResponse(
  outcome: AuthorizationOutcome,
  clientId: string | undefined,
  access: ServerAccess,
): Promise<AuthorizationOutcome> {
  if (outcome.kind !== 'redirected') return outcome
  const text = outcome.parameters.get('response')
  if (text === undefined) return outcome
  const parts = splitJws(text)
  if (parts === undefined) return { ...outcome, problem: 'the response is no signed JWT' }
  const problem =
    problemOfClaims(parts.payload, clientId, access) ?? (await problemOfSignature(text, parts.header, access))
  const parameters = new Map(
    Object.entries(parts.payload).flatMap(([name, value]) =>
      typeof value === 'string' && !ofJwt.has(name) ? [[name, value] as const] : [],
    ),
  )
  const code = parameters.get('code')
  if (code !== undefined) access.secrets.secret('authorization code', code)
  return { ...outcome, parameters, ...(problem !== undefined && { problem }) }
}

function problemOfClaims(claims: JsonObject, clientId: string | undefined, access: ServerAccess): string | undefined {
  const { issuer } = access.server
  if (claims['iss'] !== issuer) return `the signed response is from another issuer than \`${issuer}\``
  if (![claims['aud']].flat().includes(clientId)) return `the signed response is not for the client \`${clientId}\``
  const expiresAt = numberIn(claims, 'exp')
  if (expiresAt === undefined) return 'the signed response has no `exp`'
  return expiresAt + skew <= access.now() / 1000 ? 'the signed response has expired' : undefined
}

async function problemOfSignature(text: string, header: JsonObject, access: ServerAccess): Promise<string | undefined> {
  const url = endpointOf(access.server, 'jwks_uri')
  if (url === undefined) return 'the signed response cannot be verified: the server has no `jwks_uri`'
  const exchange = await access.send(getDocument(url))
  const body = exchange.kind === 'answered' && exchange.response.status === 200 ? exchange.response.body : ''
  const keys = parseJsonObject(body)?.['keys']
  if (!Array.isArray(keys)) return 'the signed response cannot be verified: the server’s keys did not come'
  const isGood = await isSignedByOneOf(text, header, keys.filter(isJsonObject))
  return isGood ? undefined : 'the signature of the response does not fit any key of the server'
}
