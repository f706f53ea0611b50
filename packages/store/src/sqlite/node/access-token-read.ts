// RFC 7662 §2
import type { EpochSeconds } from '@ambit/protocol'
import type {
  ClientId,
  FamilyId,
  FoundAccessToken,
  RequestId,
  SecretRef,
  SessionId,
  Store,
  UserId,
} from '@ambit/server'
import { parseAccessToken } from '../../credential-row.ts'
import { parseGrantData } from '../../grant-data.ts'
import type { Database } from './database.ts'

/** The columns in the order of the statement: this is the hottest read, and SQLite's rows are dearer as objects. */
type TokenTuple = readonly [
  client_id: ClientId,
  user_id: UserId | null,
  family_id: FamilyId | null,
  request_id: RequestId,
  expires_at: EpochSeconds,
  revoked_at: EpochSeconds | null,
  data: string,
  trace: string,
  family_client_id: ClientId,
  family_user_id: UserId,
  family_session_id: SessionId | null,
  family_created_at: EpochSeconds,
  family_expires_at: EpochSeconds,
  family_revoked_at: EpochSeconds | null,
  grant: string | null,
]

/**
 * Finds access tokens: one seek for the token, and one each for its family and the user's grant, or for its client's registration.
 * The grant is the one to the family's client, which is the token's own or the one whose consent an exchanged token stands on.
 */
export function accessTokenReader(db: Database): Store['findAccessToken'] {
  const find = db.prepare(
    `SELECT c.client_id, c.user_id, c.family_id, c.request_id, c.expires_at, c.revoked_at, c.data, c.trace,
     f.client_id, f.user_id, f.session_id, f.created_at, f.expires_at, f.revoked_at, g.data
     FROM credential AS c
     LEFT JOIN family AS f ON f.family_id = c.family_id
     LEFT JOIN consent AS g ON g.user_id = c.user_id AND g.client_id = f.client_id
     LEFT JOIN client AS k ON k.registration = c.registration
     WHERE c.locator = ? AND c.hash = ? AND c.kind = 'access_token'
     AND c.family_id IS f.family_id AND c.registration IS k.registration
     AND ifnull(c.family_id, c.registration) IS NOT NULL`,
  )
  find.setReturnArrays(true)
  return ref => db.read(() => parseFound(ref, find.get(ref.locator, ref.hash)))
}

function parseFound(ref: SecretRef, row: unknown): FoundAccessToken | undefined {
  if (!row) return undefined
  const [client_id, user_id, family_id, request_id, expires_at, revoked_at, data, trace, ...joined] = row as TokenTuple
  const record = parseAccessToken(ref, {
    client_id,
    user_id,
    family_id,
    request_id,
    expires_at,
    revoked_at,
    data,
    trace,
  })
  if (family_id === null) return { record }
  const [clientId, userId, sessionId, createdAt, expiresAt, revokedAt, grant] = joined
  const family = {
    familyId: family_id,
    clientId,
    userId,
    ...(sessionId !== null && { sessionId }),
    createdAt,
    expiresAt,
    ...(revokedAt !== null && { revokedAt }),
  }
  return grant === null ? { record, family } : { record, family, grant: parseGrantData(userId, clientId, grant) }
}
