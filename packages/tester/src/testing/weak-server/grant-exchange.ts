// RFC 8693 §2, §4.4
import { splitJws } from '../../node/forge-jws.ts'
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { type Asking, areKnown } from './grant-rules.ts'
import { issueTokens } from './issue.ts'
import { json, refusal } from './message.ts'
import { type Grant, scopeOf, type TokenRecord, unguessable, type WeakWorld } from './world.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** Gives a token of less right for one that the client holds. @spec RFC 8693 §2.1 */
export function exchangeToken(asking: Asking, world: WeakWorld): ReceivedResponse {
  const { form, client, jkt } = asking
  const { has } = world
  const record = subjectOf(asking, world)
  if (record === undefined) return refusal('invalid_request', 'the subject token is not good')
  // nobody may act for others: no token says `may_act`
  if (form.has('actor_token') && !has('exchange-any-actor'))
    return refusal('invalid_request', 'the actor may not act for the subject')
  if (record.grant.clientId !== client.clientId)
    return refusal('invalid_request', 'the subject token is of another client')
  const asked = scopeOf(form.get('scope'))
  if (!asked.every(each => record.scope.includes(each)) && !has('exchange-widened'))
    return refusal('invalid_scope', 'the subject token does not hold that')
  const targets = [...form.getAll('resource'), ...form.getAll('audience')]
  const isWithin = areKnown(targets, has) && targets.every(each => record.audience.includes(each))
  if (!isWithin && !has('exchange-anywhere')) return refusal('invalid_target', 'the subject token is not for that')
  const scope = (asked.length > 0 ? asked : record.scope).filter(each => each !== 'openid' && each !== 'offline_access')
  const audience = targets.length > 0 ? targets : record.audience
  const grant = grantFor(record.grant, asking, world)
  const issued = issueTokens(world, { grant, scope, audience, ...(jkt !== undefined && { jkt }) })
  return json({ ...issued, issued_token_type: accessTokenType })
}

function subjectOf({ form, client }: Asking, { state, now, has }: WeakWorld): TokenRecord | undefined {
  const text = form.get('subject_token') ?? ''
  const record = state.tokens.get(text)
  const claims = splitJws(text)?.payload
  if (record === undefined && claims !== undefined && has('exchange-unverified'))
    return believed(claims, client.clientId)
  const isAccess = form.get('subject_token_type') === accessTokenType && record?.kind === 'access'
  const isGood = record !== undefined && !record.isRevoked && !record.grant.isRevoked && record.expiresAt > now()
  return isAccess && isGood ? record : undefined
}

/** A token that nobody made, taken at its word. */
function believed(claims: Readonly<Record<string, unknown>>, clientId: string): TokenRecord {
  const scope = typeof claims['scope'] === 'string' ? scopeOf(claims['scope']) : []
  const sub = String(claims['sub'])
  const grant: Grant = { id: unguessable(), sub, clientId, scope, resources: [], isRevoked: false }
  const times = { issuedAt: 0, expiresAt: Number.POSITIVE_INFINITY }
  return { kind: 'access', grant, scope, audience: [String(claims['aud'])], ...times, isRevoked: false, isSpent: false }
}

function grantFor(grant: Grant, { form }: Asking, { state, has }: WeakWorld): Grant {
  const user = state.users.find(({ username }) => username === form.get('requested_subject'))
  return user !== undefined && has('exchange-impersonates') ? { ...grant, sub: user.sub } : grant
}
