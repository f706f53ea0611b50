import { createHash } from 'node:crypto'
import { after, parseCodeChallenge, seconds } from '@ambit/protocol'
import type { ClientRecord, CodeRecord, UserRecord } from '../ports/records.ts'
import { makeRequestId } from '../request-id.ts'
import { makeSecret } from '../secret.ts'
import { clients, redirectUri, users } from './clients.ts'
import { familyId, sessionId } from './ids.ts'
import type { TestWorld } from './world.ts'

/** A code verifier that fits every code of `authorize`. */
export const codeVerifier = 'a-verifier-of-the-test-world-with-enough-characters'
/** Its S256 challenge. @spec RFC 7636 §4.2 */
export const codeChallenge = parseCodeChallenge(createHash('sha256').update(codeVerifier).digest('base64url')) ?? ''

type Given = Partial<CodeRecord> & {
  readonly client?: ClientRecord
  readonly user?: UserRecord
  /** Members of the code record to leave out. */
  readonly without?: readonly (keyof CodeRecord)[]
}

/** Saves what an authorization leaves behind, a code and the user's grant, and gives the code in clear. */
export async function authorize({ context }: TestWorld, given: Given = {}): Promise<string> {
  const { client = clients.web, user = users.alice, without = [], ...overrides } = given
  const now = context.clock.now()
  const { text, ref } = makeSecret(context, 'code')
  const scope = overrides.scope ?? 'openid read_pets offline_access'
  const record: CodeRecord = {
    kind: 'code',
    ref,
    familyId: familyId(context.crypto.random(16)),
    clientId: client.clientId,
    userId: user.userId,
    scope,
    resources: ['https://api.example/pets'],
    issuedAt: now,
    expiresAt: after(now, context.ttl.code),
    authTime: after(now, seconds(-30)),
    acr: 'urn:ambit:acr:password',
    amr: ['pwd'],
    sessionId: sessionId('session-1'),
    trace: { requestId: makeRequestId(context), requested: scope, steps: [] },
    redirectUri,
    isRedirectUriSent: true,
    codeChallenge,
    nonce: 'n-1',
    ...overrides,
  }
  const kept = Object.fromEntries(Object.entries(record).filter(([name]) => !without.some(each => each === name)))
  await context.store.saveCode(kept as CodeRecord)
  const scopes = scope.split(' ').map(token => ({
    token,
    version: context.catalogue.definition(token)?.version ?? 1,
    grantedAt: now,
  }))
  await context.store.addToGrant({
    userId: user.userId,
    clientId: client.clientId,
    scopes,
    createdAt: now,
    updatedAt: now,
  })
  return text
}
