// RFC 9101 §4, §5, §6.3, §10.8
import { after, epochSeconds, type Refusal, refuse, seconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { ObjectClaims } from './open.ts'
import type { RequestObjectsSettings } from './options.ts'

/** How far clocks may differ, in seconds. */
const skew = 30

type Judged = {
  readonly client: ClientRecord
  readonly claims: ObjectClaims
  readonly settings: Pick<RequestObjectsSettings, 'lifetime' | 'requireNotBefore' | 'singleUse'>
}

type ObjectRefusal = Refusal<'invalid_request_object'>

/**
 * Whether an object that the client has signed is a request of this client to this server, of now.
 * @spec RFC 9101 §4, §5, §6.3, §10.8
 * @errors invalid_request_object: see each rule
 */
export function findWrongClaim(context: ServerContext, judged: Judged): ObjectRefusal | undefined {
  const { clientId } = judged.client
  const { client_id, iss, sub, aud, request, request_uri } = judged.claims
  if (client_id !== clientId) return wrong('`client_id` of the request object must be the client that sends it')
  if (iss !== clientId) return wrong('`iss` of the request object must be the client')
  if (sub === clientId) return wrong('`sub` of the request object is the client, as in an assertion; leave it out')
  if (!isFor(aud, context.issuer)) return wrong('`aud` of the request object must be, or contain, the issuer')
  if (request !== undefined || request_uri !== undefined)
    return wrong('the request object must not hold `request` or `request_uri`')
  return findWrongTime(context, judged) ?? findMissingId(judged)
}

/** @spec RFC 7519 §4.1.3 */
function isFor(aud: unknown, issuer: string): boolean {
  return aud === issuer || (Array.isArray(aud) && aud.includes(issuer))
}

/** Whether signed claims are of now. @spec RFC 7519 §4.1.4, §4.1.5, §4.1.6 */
export function findWrongTime(
  { clock }: ServerContext,
  {
    claims,
    settings,
  }: {
    readonly claims: ObjectClaims
    readonly settings: Pick<RequestObjectsSettings, 'lifetime' | 'requireNotBefore'>
  },
): ObjectRefusal | undefined {
  const now = clock.now()
  const { exp, nbf, iat } = claims
  if (!isTime(exp)) return wrong('`exp` of the request object must be there, a number')
  if (nbf === undefined && settings.requireNotBefore) return wrong('`nbf` of the request object is missing')
  if (nbf !== undefined && !isTime(nbf)) return wrong('`nbf` of the request object must be a number')
  if (iat !== undefined && !isTime(iat)) return wrong('`iat` of the request object must be a number')
  if (exp + skew <= now) return wrong('the request object has expired')
  if (nbf !== undefined && nbf > now + skew) return wrong('the request object is not yet good')
  if (iat !== undefined && iat > now + skew) return wrong('the request object was issued in the future')
  if (exp > (nbf ?? now + skew) + settings.lifetime)
    return wrong(`the request object is good for more than ${settings.lifetime} seconds`)
  return undefined
}

function findMissingId({ claims: { jti }, settings }: Judged): ObjectRefusal | undefined {
  const isThere = typeof jti === 'string' && jti !== ''
  if (settings.singleUse && !isThere) return wrong('`jti` of the request object is missing')
  return undefined
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** Remembers an object as long as it is good; refuses one that is remembered. @spec RFC 7519 §4.1.7 */
export async function refuseReplay(
  { store, crypto }: ServerContext,
  { clientId }: ClientRecord,
  { jti, exp }: ObjectClaims,
): Promise<ObjectRefusal | undefined> {
  const hash = crypto.hash(`request object\n${clientId}\n${String(jti)}`)
  const isNew = await store.remember(hash, after(epochSeconds(Math.ceil(Number(exp))), seconds(skew)))
  if (!isNew) return wrong('the request object was used before')
  return undefined
}

function wrong(description: string): ObjectRefusal {
  return refuse('invalid_request_object', description)
}
