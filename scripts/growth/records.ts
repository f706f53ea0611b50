import { type EpochSeconds, epochSeconds, seconds } from '@ambit/protocol'
import type { CodeRecord, Issued, Spending, Store } from '@ambit/server'
import { accessTokenTtl, redirectUri, resources, scope } from '../../bench/registration.ts'
import {
  parseClientId,
  parseFamilyId,
  parseHash,
  parseRequestId,
  parseSessionId,
  parseUserId,
} from '../../packages/store/src/testing/records.ts'
import { type Facts, type GrantSecret, idleTtl, secretForms, seenAhead } from './population.ts'

/** Which records are written: those of a user, those of a grant in use, or those of one that waits. */
export type Part = 'user' | 'used' | 'waiting'

const login = { acr: 'urn:ambit:acr:password', amr: ['pwd'] } as const

/** Everybody has the same password, which nobody types. */
const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$sUN8KwSQfksrQcfGLwcAGQ$sGzezPl5RrQtkkBXxFfeDqsqabYaKreMUeQrsWsYxyz'
const codeChallenge = 'RfPINhO-YqzqjQOO_B2MS1qHaYm-VxgWXvGkJH-XwUc'

/** Writes what the server would have written by the population's time, through the store's own methods. */
export async function writePart(store: Store, part: Part, facts: Facts): Promise<void> {
  if (part === 'user') return writeUser(store, facts)
  await writeAuthorization(store, facts)
  if (part === 'used') await writeRotation(store, facts)
}

/** A user who is logged in. */
async function writeUser(store: Store, facts: Facts): Promise<void> {
  const { sinceLogin, sinceUse, endAt } = timesOf(facts)
  const userId = parseUserId(facts.userId)
  const changed = { passwordChangedAt: sinceLogin(0), createdAt: sinceLogin(0) }
  await store.saveUser({ userId, username: facts.username, passwordHash, claims: {}, ...changed })
  const lastSeenAt = sinceUse(seenAhead)
  await store.saveSession({
    ref: refOf(facts, 'session'),
    sessionId: parseSessionId(facts.sessionId),
    userId,
    ...login,
    authTime: sinceLogin(0),
    createdAt: sinceLogin(0),
    lastSeenAt,
    expiresAt: sinceUse(idleTtl),
    endsAt: endAt,
  })
}

/** The consent, and the code that was redeemed for the family and its first refresh token. */
async function writeAuthorization(store: Store, facts: Facts): Promise<void> {
  const { sinceLogin, endAt } = timesOf(facts)
  const { ids, spendable } = grantOf(facts)
  const issuedAt = sinceLogin(0)
  const consent = { token: scope, version: 1, grantedAt: issuedAt }
  await store.addToGrant({ ...ids, scopes: [consent], createdAt: issuedAt, updatedAt: issuedAt })
  const code: CodeRecord = {
    ...spendable,
    kind: 'code',
    ref: refOf(facts, 'code'),
    issuedAt,
    expiresAt: sinceLogin(60),
    redirectUri,
    isRedirectUriSent: true,
    codeChallenge,
  }
  await store.saveCode(code)
  await exchange(
    store,
    { ref: code.ref, kind: 'code', at: issuedAt, graceTtl: seconds(0) },
    {
      family: { ...ids, sessionId: spendable.sessionId, createdAt: issuedAt, expiresAt: endAt },
      refreshToken: {
        ...spendable,
        kind: 'refresh_token',
        ref: refOf(facts, 'first'),
        issuedAt,
        expiresAt: endAt,
        generation: 0,
      },
    },
  )
}

/** The first refresh token is spent for the second, and for an access token that lives. */
async function writeRotation(store: Store, facts: Facts): Promise<void> {
  const { sinceUse, endAt } = timesOf(facts)
  const { ids, granted, spendable } = grantOf(facts)
  const issuedAt = sinceUse(0)
  await exchange(
    store,
    { ref: refOf(facts, 'first'), kind: 'refresh_token', at: issuedAt, graceTtl: seconds(10), salt: facts.salt },
    {
      refreshToken: {
        ...spendable,
        kind: 'refresh_token',
        ref: refOf(facts, 'second'),
        issuedAt,
        expiresAt: endAt,
        generation: 1,
      },
      accessToken: {
        ...granted,
        ...ids,
        kind: 'access_token',
        ref: refOf(facts, 'access'),
        audience: [resources.opaque],
        issuedAt,
        expiresAt: sinceUse(accessTokenTtl),
      },
    },
  )
}

async function exchange(store: Store, spending: Spending, issued: Issued): Promise<void> {
  const { kind } = await store.exchange(spending, issued)
  if (kind !== 'spent') throw new Error(`the ${spending.kind} was not spent but ${kind}`)
}

function grantOf({ userId, clientId, familyId, sessionId, requestId, loginAt }: Facts) {
  const ids = { familyId: parseFamilyId(familyId), clientId: parseClientId(clientId), userId: parseUserId(userId) }
  const trace = { requestId: parseRequestId(requestId), requested: scope, steps: [] }
  const granted = { ...login, scope, authTime: epochSeconds(Math.floor(loginAt / 1000)), trace }
  const spendable = { ...ids, ...granted, resources: [resources.opaque], sessionId: parseSessionId(sessionId) }
  return { ids, granted, spendable }
}

function refOf(facts: Facts, name: GrantSecret): CodeRecord['ref'] {
  const { since, after } = secretForms[name]
  return { locator: facts[since] + after, hash: parseHash(facts[`${name}Hash`]) }
}

type Since = (after: number) => EpochSeconds

function timesOf({ loginAt, recentAt, endAt }: Facts): {
  readonly sinceLogin: Since
  readonly sinceUse: Since
  readonly endAt: EpochSeconds
} {
  const since = (millis: number) => (after: number) => epochSeconds(Math.floor(millis / 1000) + after)
  return { sinceLogin: since(loginAt), sinceUse: since(recentAt), endAt: epochSeconds(endAt) }
}
