import type { AccessTokenRecord, Issued, Spendable } from '@ambit/server'
import { accessTokenData, spendableData, traceData } from '../../credential-row.ts'
import { requireFamily } from '../../family-rule.ts'
import type { Database } from './database.ts'
import type { FamilyTable } from './family-table.ts'
import { statusInsert } from './status-table.ts'

/** What inserts credentials, to be called inside a write. */
export type CredentialInsert = {
  readonly spendable: (record: Spendable) => void
  readonly accessToken: (record: AccessTokenRecord) => void
  readonly issued: (issued: Issued) => void
}

/**
 * Inserts codes, refresh tokens and access tokens. An access token without a family carries its client's registration:
 * a deleted client's number is never used again, so such tokens die with it, without an index and without a scan. One that was
 * exchanged carries it beside the family of the other client, and dies with either; where its client is no row of the store
 * (it is known by its document), it stands in the family alone.
 */
export function credentialInsert(db: Database, families: FamilyTable): CredentialInsert {
  const insertSpendable = db.prepare(
    `INSERT INTO credential
     (locator, hash, kind, client_id, user_id, family_id, request_id, expires_at, kept_until, data, trace)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?8, ?, ?)`,
  )
  const insertAccessToken = db.prepare(
    `INSERT INTO credential
     (locator, hash, kind, client_id, user_id, family_id, request_id, expires_at, kept_until, revoked_at, data, trace)
     VALUES (?, ?, 'access_token', ?, ?, ?, ?, ?7, ?7, ?, ?, ?)`,
  )
  const insertClientToken = db.prepare(
    `INSERT INTO credential
     (locator, hash, kind, client_id, user_id, family_id, registration, request_id, expires_at, kept_until, revoked_at,
      data, trace)
     VALUES (?, ?, 'access_token', ?3, ?, ?, (SELECT registration FROM client WHERE client_id = ?3), ?, ?7, ?7, ?, ?, ?)`,
  )
  const insertStatus = statusInsert(db)
  const spendable = (record: Spendable) => {
    const { ref, kind, clientId, userId, familyId, trace, expiresAt } = record
    const { locator, hash } = ref
    const texts = [spendableData(record), traceData(record)] as const
    insertSpendable.run(locator, hash, kind, clientId, userId, familyId, trace.requestId, expiresAt, ...texts)
  }
  const accessToken = (record: AccessTokenRecord) => {
    requireFamily(record)
    const { ref, clientId, userId = null, familyId = null, consentOf, trace, expiresAt, revokedAt = null } = record
    const { locator, hash } = ref
    const rest = [trace.requestId, expiresAt, revokedAt, accessTokenData(record), traceData(record)] as const
    const insert = familyId === null || consentOf !== undefined ? insertClientToken : insertAccessToken
    insert.run(locator, hash, clientId, userId, familyId, ...rest)
    insertStatus(record)
  }
  return {
    spendable,
    accessToken,
    issued: issued => {
      if (issued.family) families.begin(issued.family)
      if (issued.refreshToken) spendable(issued.refreshToken)
      if (issued.accessToken) accessToken(issued.accessToken)
    },
  }
}
