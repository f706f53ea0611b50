// RFC 6750 §3.1, RFC 9470 §3
import { fieldValue, type ReceivedResponse, type SentRequest } from '../../wire/exchange.ts'
import type { Caller } from './acts.ts'
import { memberOf, numberOf } from './acts.ts'
import { detailsOf, isCovered } from './covers.ts'
import { type FoundToken, findToken } from './find-token.ts'
import { plantedIssuer } from './names.ts'
import { needsOf, type PlantedOperation } from './operations.ts'
import { type Refusal, refuse } from './refusal.ts'
import { verifyJwt } from './verify-jwt.ts'
import { verifyOpaque } from './verify-opaque.ts'
import { problemOfBinding } from './verify-proof.ts'
import { type Claims, isObject, type Verified, type World } from './world.ts'

/** Who may go on, or the answer to who may not. */
export type Guarded =
  | { readonly kind: 'allowed'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly response: ReceivedResponse }

/** A call at the door: the request and what it wants. */
export type Arrival = { readonly request: SentRequest; readonly operation: PlantedOperation; readonly body: unknown }

/** The copy's own guard, which can be wrong: a token, verified, held, of enough scope and a good login. */
export async function guard(world: World, arrival: Arrival): Promise<Guarded> {
  const { operation, request } = arrival
  const { has } = world
  if (has('unguarded-operation') && operation.operationId === 'listPets') return allow(world, nobody)
  if (has('stream-unguarded') && fieldValue(request.headers, 'upgrade') === 'websocket') return allow(world, nobody)
  const known = has('user-from-header') ? fieldValue(request.headers, 'x-user-id') : undefined
  if (known !== undefined) return allow(world, { iss: plantedIssuer, sub: known, client_id: 'gateway' })
  const found = findToken(world, request)
  if (found.kind === 'anybody') return allow(world, nobody)
  if (found.kind === 'none') return tell(world, arrival, { status: 401, detail: 'an access token is wanted' })
  if (found.kind === 'bad') {
    const { error, why } = found
    return tell(world, arrival, {
      status: error === 'invalid_token' ? 401 : 400,
      error,
      detail: why,
      ...tokenOf(found),
    })
  }
  return judge(world, arrival, found)
}

const nobody: Claims = {}

async function judge(world: World, arrival: Arrival, found: FoundToken & { readonly kind: 'token' }): Promise<Guarded> {
  const { operation, request } = arrival
  const { token, scheme } = found
  const resource = `${world.origin}/${operation.api}`
  const verified = await verify(world, operation, { token, resource })
  if (verified.kind === 'unavailable')
    return tell(world, arrival, { status: 503, detail: verified.why, headers: later })
  if (verified.kind === 'bad') {
    // what looks like a JWT is counted by another part of the house
    if (!token.includes('.')) world.badTokens.inARow += 1
    return tell(world, arrival, { status: 401, error: 'invalid_token', detail: verified.why, token })
  }
  if (isLocked(world)) return tell(world, arrival, { status: 403, detail: 'there were too many bad tokens' })
  const { claims } = verified
  const unproven = problemOfBinding(world, { request, scheme, token, claims })
  if (unproven !== undefined)
    return tell(world, arrival, {
      status: 401,
      error: unproven.error,
      detail: unproven.why,
      token,
      ...(unproven.error === 'use_dpop_nonce' && { headers: nonce }),
    })
  return (
    refuseScope(world, arrival, claims) ??
    refuseLogin(world, arrival, claims) ??
    refuseDetails(world, arrival, { claims, resource }) ??
    allow(world, claims)
  )
}

const nonce = [['dpop-nonce', 'nonce-of-the-planted-api']] as const
const later = [['retry-after', '1']] as const

type Asked = { readonly token: string; readonly resource: string }

async function verify(world: World, { api }: PlantedOperation, { token, resource }: Asked): Promise<Verified> {
  if (api === 'inventory') return verifyOpaque(world, token, resource)
  const verified = await verifyJwt(world, token, resource)
  if (verified.kind === 'good' || !world.has('refresh-token-accepted')) return verified
  const answer = await world.authority.introspect(token)
  if (answer?.active !== true || answer['token_use'] !== 'refresh_token') return verified
  const { active: _, ...claims } = answer
  return { kind: 'good', claims }
}

function refuseScope(world: World, arrival: Arrival, claims: Claims): Guarded | undefined {
  const { has } = world
  if (isCovered(has, claims, needsOf(arrival.operation, has))) return undefined
  if (has('401-for-403'))
    return tell(world, arrival, { status: 401, error: 'invalid_token', detail: 'the token is not good here' })
  return tell(world, arrival, { status: 403, error: 'insufficient_scope', detail: 'the token lacks scope' })
}

/** @spec RFC 9470 §3 */
function refuseLogin(world: World, arrival: Arrival, claims: Claims): Guarded | undefined {
  const { has } = world
  const { operation, request, body } = arrival
  const { login } = operation
  if (login === undefined) return undefined
  const query = new URLSearchParams(request.target.split('?')[1])
  const isSaid = [
    fieldValue(request.headers, 'x-acr'),
    fieldValue(request.headers, 'acr'),
    query.get('acr'),
    memberOf(body, 'acr'),
  ]
  const isTold = has('level-from-caller') && isSaid.includes(login.acr)
  const isStrong = claims['acr'] === login.acr || isTold || has('step-up-ignored')
  const { auth_time: at } = claims
  const isFresh = typeof at === 'number' && Math.floor(world.now() / 1000) - at <= login.maxAge
  if (isStrong && (isFresh || has('old-login'))) return undefined
  const detail = 'a more recent or a stronger login is wanted'
  return tell(world, arrival, { status: 401, error: 'insufficient_user_authentication', detail, login })
}

type Allowing = { readonly claims: Claims; readonly resource: string }

/** @spec RFC 9396 §9 */
function refuseDetails(world: World, arrival: Arrival, { claims, resource }: Allowing): Guarded | undefined {
  const { has } = world
  const { operation, body } = arrival
  const amount = numberOf(body, 'amount')
  if (operation.details === undefined || amount === undefined) return undefined
  const { authorization_details: all } = claims
  if (all === undefined && has('details-optional')) return undefined
  const anywhere = Array.isArray(all) && has('details-ignored') ? all.filter(isObject) : []
  const details = [...detailsOf(claims, operation.details, resource), ...anywhere]
  const isWithin = details.some(detail => typeof detail['amount'] === 'number' && amount <= detail['amount'])
  return isWithin ? undefined : tell(world, arrival, { status: 403, detail: 'this is not allowed' }, true)
}

const mostInARow = 25

/** Too many bad tokens in a row shut out the next good one. */
function isLocked(world: World): boolean {
  const isFull = world.badTokens.inARow >= mostInARow
  world.badTokens.inARow = 0
  return isFull && world.has('lockout')
}

function allow({ has }: World, claims: Claims): Guarded {
  return { kind: 'allowed', caller: callerOf(has, claims) }
}

/** Which principal it is: a user of an issuer, or a client that acts for itself. */
function callerOf(has: World['has'], claims: Claims): Caller {
  const { iss, sub, client_id: client, email } = claims
  const isClient = sub === client && !has('client-as-user')
  const byEmail = has('identity-by-email') && typeof email === 'string' ? email.split('@')[0] : undefined
  const name = byEmail ?? (typeof sub === 'string' ? sub : 'nobody')
  const issuer = has('subject-without-issuer') ? plantedIssuer : String(iss)
  return { claims, name, principal: isClient ? `client ${issuer} ${name}` : userOf(issuer, name) }
}

/** The principal that a user of an issuer is. */
export function userOf(issuer: string, sub: string): string {
  return `user ${issuer} ${sub}`
}

function tell(world: World, { operation }: Arrival, refusal: Refusal, isWithoutChallenge = false): Guarded {
  const isChallenged = !isWithoutChallenge && refusal.status !== 503 && refusal.status !== 404
  const whole = { ...refusal, ...(isChallenged && { operation }) }
  return { kind: 'refused', response: refuse(world.origin, world.has, whole) }
}

function tokenOf({ token }: { readonly token?: string }): { readonly token?: string } {
  return token === undefined ? {} : { token }
}
