// RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 8707 §2.2, RFC 9700 §2.1.1
import { isCodeVerifier, isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import { familyExpiry } from '../issue/lifetime.ts'
import type { CodeRecord } from '../ports/records.ts'
import { chooseAudience } from '../scope/choose-audience.ts'
import { heldScope } from '../scope/held-scope.ts'
import { limitToPermitted } from '../scope/permissions.ts'
import { locateSecret } from '../secret.ts'
import { decideDetails, opensNothing } from './decide-details.ts'
import type { Grant, Issuance, TokenRequest } from './grant.ts'
import { boundTo, userOf } from './user-of.ts'

const unknownCode = 'the authorization code is unknown, expired, or was given to another client'

/**
 * Redeems an authorization code. Whether it was redeemed before is not asked here: only the exchange can tell.
 * @spec RFC 6749 §4.1.3
 * @errors invalid_request: no code, or a scope; invalid_grant: not this client's, expired, another redirect URI or verifier; invalid_target
 */
export const authorizationCode: Grant = {
  grantType: 'authorization_code',
  async decide(context, request) {
    const { form, client, now } = request
    const code = form.get('code')
    if (code === undefined) return refuse('invalid_request', '`code` is missing')
    if (form.get('scope') !== undefined)
      return refuse('invalid_request', 'the scope was decided with the code; a token request for a code has none')
    const ref = locateSecret(context.crypto, 'code', code)
    const found = ref && (await context.store.findSpendable(ref, 'code'))
    if (!ref || found?.record.kind !== 'code') return refuse('invalid_grant', unknownCode)
    const { record, spent } = found
    if (record.clientId !== client.clientId) return refuse('invalid_grant', unknownCode, 'the code is another client’s')
    if (!spent && record.expiresAt <= now) return refuse('invalid_grant', unknownCode, 'the code has expired')
    const mismatch = compareRedirectUri(record, form) ?? verifyChallenge(context, record, form)
    if (mismatch) return mismatch
    const spends = { kind: 'code', ref, presented: code, ...boundTo(record) } as const
    return issuanceOf(context, request, { grantType: authorizationCode.grantType, record, spends })
  },
}

/** @spec RFC 6749 §4.1.3 */
function compareRedirectUri(record: CodeRecord, form: Parameters): Refusal<'invalid_grant'> | undefined {
  const redirectUri = form.get('redirect_uri')
  if (redirectUri === undefined && !record.isRedirectUriSent) return undefined
  if (redirectUri !== record.redirectUri)
    return refuse('invalid_grant', '`redirect_uri` must be that of the authorization request')
  return undefined
}

/** @spec RFC 7636 §4.6, RFC 9700 §2.1.1 */
function verifyChallenge(
  { crypto }: ServerContext,
  { codeChallenge }: CodeRecord,
  form: Parameters,
): Refusal<'invalid_grant'> | undefined {
  const verifier = form.get('code_verifier')
  if (verifier === undefined && codeChallenge === undefined) return undefined
  if (codeChallenge === undefined)
    return refuse('invalid_grant', 'the authorization request had no `code_challenge` for this `code_verifier`')
  if (verifier === undefined || !isCodeVerifier(verifier))
    return refuse('invalid_grant', '`code_verifier` must be 43 to 128 letters, digits, `-`, `.`, `_` or `~`')
  if (!crypto.isEqual(crypto.hash(verifier), codeChallenge))
    return refuse('invalid_grant', '`code_verifier` does not fit the `code_challenge`')
  return undefined
}

/**
 * What is issued for an authorization that a record stands for, by whatever grant type it is redeemed.
 * @spec RFC 6749 §4.1.4, RFC 8628 §3.5
 * @errors invalid_grant: the user may pass on nothing of it any more, or the session ended; invalid_target
 */
export async function issuanceOf(
  context: ServerContext,
  { form, client, now }: TokenRequest,
  redeemed: Pick<Issuance, 'grantType'> & Required<Pick<Issuance, 'spends'>> & { readonly record: CodeRecord },
): Promise<Issuance | Refusal<'invalid_grant' | 'invalid_target' | 'invalid_authorization_details'>> {
  const { grantType, record, spends } = redeemed
  const { requested, steps } = record.trace
  const decision = { requested, steps, scope: heldScope(context.catalogue, record.scope) }
  const granted = await limitToPermitted(context, decision, record.userId)
  if (isRefusal(granted)) return granted
  const question = { named: form.all('resource'), allowed: record.resources, decision: granted }
  const target = chooseAudience(context, question)
  if (isRefusal(target)) return target
  const details = decideDetails(context, { form, client, held: record.details, audience: target.audience })
  if (isRefusal(details)) return details
  if (opensNothing(target.decision, details))
    return refuse('invalid_target', 'nothing of the grant belongs to this resource')
  const expiresAt = familyExpiry(context, record, { scope: granted.scope, now })
  if (expiresAt <= now) return refuse('invalid_grant', unknownCode, 'the session of the login has ended')
  return {
    kind: 'issuance',
    grantType,
    client,
    user: userOf(record),
    decision: target.decision,
    grantScope: granted.scope,
    grantTrace: granted,
    grantResources: record.resources,
    audience: target.audience,
    spends,
    family: { kind: 'new', familyId: record.familyId, expiresAt, generation: 0 },
    hasRefreshToken: client.grantTypes.includes('refresh_token'),
    ...(record.nonce !== undefined && { nonce: record.nonce }),
    ...(record.claims !== undefined && { claims: record.claims }),
    ...details,
  }
}
