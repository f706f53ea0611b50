// RFC 6749 §4.1.3, §10.5; RFC 7636 §4.6; RFC 9449 §10; RFC 9700 §4.8.2
import { createHash } from 'node:crypto'
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { type Asking, areKnown, revokeGrant } from './grant-rules.ts'
import { issueTokens } from './issue.ts'
import { json, refusal } from './message.ts'
import { type CodeRecord, scopeOf, type WeakWorld } from './world.ts'

/** Redeems a code, once. @spec RFC 6749 §4.1.3 */
export async function redeemCode(asking: Asking, world: WeakWorld): Promise<ReceivedResponse> {
  const { state, has, wait } = world
  const { form, client, jkt } = asking
  const record = state.codes.get(form.get('code') ?? '')
  if (record === undefined) return refusal('invalid_grant', 'the code is not known')
  if (record.isSpent && !has('code-reused')) {
    if (!has('tokens-survive-reuse')) revokeGrant(record.grant)
    return refusal('invalid_grant', 'the code was used before')
  }
  const problem = problemOfCode(record, asking, world) ?? problemOfVerifier(record, form.get('code_verifier'), world)
  if (problem !== undefined) return refusal('invalid_grant', problem)
  const { grant } = record
  const resources = form.getAll('resource')
  if (
    !areKnown(resources, has) ||
    !resources.every(each => has('resource-unknown') || grant.resources.length === 0 || grant.resources.includes(each))
  )
    return refusal('invalid_target', 'the resource is not part of the grant')
  if (has('code-race')) await wait(5)
  record.isSpent = true
  const isOffline = grant.scope.includes('offline_access') || has('refresh-unasked')
  const isRefreshable = client.grantTypes.includes('refresh_token') && isOffline
  const more = has('scope-upgraded') ? scopeOf(form.get('scope')) : []
  const scope = [...new Set([...grant.scope, ...more])]
  const audience = resources.length > 0 ? { audience: resources } : {}
  return json(issueTokens(world, { grant, scope, isRefreshable, ...audience, ...(jkt !== undefined && { jkt }) }))
}

function problemOfCode(record: CodeRecord, { client, form, jkt }: Asking, { has, now }: WeakWorld): string | undefined {
  if (record.grant.clientId !== client.clientId && !has('code-of-anybody')) return 'the code is of another client'
  if (record.expiresAt <= now()) return 'the code is too old'
  const isSame = record.redirectUri === undefined || form.get('redirect_uri') === record.redirectUri
  if (!isSame && !has('redirect-uri-forgotten')) return 'the redirect URI is another one'
  if (record.jkt !== undefined && record.jkt !== jkt && !has('code-binding-forgotten'))
    return 'the code is bound to another key'
  return undefined
}

/** @spec RFC 7636 §4.6 */
function problemOfVerifier(record: CodeRecord, verifier: string | null, { has }: WeakWorld): string | undefined {
  const { challenge, challengeMethod } = record
  if (challenge === undefined) {
    if (verifier === null || has('verifier-without-challenge')) return undefined
    return 'a verifier came although there was no challenge'
  }
  if (has('verifier-ignored')) return undefined
  if (verifier === null) return has('verifier-optional') ? undefined : 'the verifier is missing'
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier) && !has('verifier-any-form')) return 'the verifier is malformed'
  if (has('pkce-downgraded') && verifier === challenge) return undefined
  const made = challengeMethod === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
  return made === challenge ? undefined : 'the verifier does not fit'
}
