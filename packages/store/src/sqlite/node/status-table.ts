// Token Status List §6.1
import type { EpochSeconds } from '@ambit/protocol'
import type { AccessTokenRecord, ClientId, FamilySelection, SecretRef } from '@ambit/server'
import { parseRef } from '../../credential-row.ts'
import { statusLeeway } from '../../limits.ts'
import type { Numbers, Statuses } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** What status lists are made from, and numbers. Only tokens that have a status are in the table. */
export function statusTable(db: Database): Statuses & Numbers {
  const findRevoked = db.prepare(
    `SELECT place FROM token_status INDEXED BY token_status_revoked
     WHERE list = ? AND expires_at > ? AND revoked_at IS NOT NULL`,
  )
  const liveOf = (condition: string) =>
    db.prepare(
      `SELECT t.locator, t.hash FROM family AS f JOIN token_status AS t ON t.family_id = f.family_id
       WHERE ${condition} AND t.revoked_at IS NULL AND t.expires_at > ?`,
    )
  const ofUser = liveOf('f.user_id = ?')
  const ofUserAndClient = liveOf('f.user_id = ? AND f.client_id = ?')
  const take = db.prepare(
    `INSERT INTO number (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
  )
  const find = db.prepare('SELECT value FROM number WHERE name = ?')
  return {
    findRevokedStatuses: (list, at) =>
      db.read(() => findRevoked.all(list, at - statusLeeway).map(row => Number(row['place']))),
    findStatusTokens: ({ userId, clientId }, at) =>
      db.read(() =>
        (clientId === undefined ? ofUser.all(userId, at) : ofUserAndClient.all(userId, clientId, at)).map(parseRef),
      ),
    takeNumber: name => db.write(() => Number(take.get(name)?.['value'])),
    findNumber: name => db.read(() => Number(find.get(name)?.['value'] ?? 0)),
  }
}

/** Inserts the status of an access token, to be called inside the write that inserts the token. What is dead by then is revoked. */
export function statusInsert(db: Database): (record: AccessTokenRecord) => void {
  const insertWhere = (isAlive: string) =>
    db.prepare(
      `INSERT INTO token_status (locator, hash, list, place, client_id, family_id, expires_at, revoked_at, exchanged_by)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, CASE WHEN EXISTS (${isAlive}) THEN NULL ELSE ?8 END, ?9)`,
    )
  const ofFamily = insertWhere('SELECT 1 FROM family WHERE family_id = ?6 AND revoked_at IS NULL')
  // without a user it stands on the client that it is about, and on the one that exchanged it
  const ofClient = insertWhere(
    'SELECT 1 FROM client WHERE client_id = ?5 AND EXISTS (SELECT 1 FROM client WHERE client_id = ifnull(?9, ?5))',
  )
  return ({ ref, status, clientId, familyId = null, consentOf, expiresAt, issuedAt }) => {
    if (status === undefined) return
    const insert = familyId === null ? ofClient : ofFamily
    const exchangedBy = consentOf === undefined ? null : clientId
    const { list, index } = status
    const owner = familyId === null ? (consentOf ?? clientId) : clientId
    insert.run(ref.locator, ref.hash, list, index, owner, familyId, expiresAt, issuedAt, exchangedBy)
  }
}

/** Marks statuses as revoked, each to be called inside the write that revokes the tokens. */
export type StatusRevocation = {
  readonly token: (ref: SecretRef, at: EpochSeconds) => void
  readonly families: (selection: FamilySelection | { readonly clientId: ClientId }, at: EpochSeconds) => void
  /** Of the tokens that a client has for itself, and of those that it exchanged. */
  readonly client: (clientId: ClientId, at: EpochSeconds) => void
}

/** What makes the statuses follow a revocation. */
export function statusRevocation(db: Database): StatusRevocation {
  const by = (condition: string) =>
    db.prepare(`UPDATE token_status SET revoked_at = ? WHERE ${condition} AND revoked_at IS NULL`)
  const inFamilies = (condition: string) => by(`family_id IN (SELECT family_id FROM family WHERE ${condition})`)
  const byToken = by('locator = ? AND hash = ?')
  const byOwner = by('client_id = ? AND family_id IS NULL')
  const byExchanger = by('exchanged_by = ?')
  const byFamily = by('family_id = ?')
  const bySession = inFamilies('session_id = ?')
  const byUser = inFamilies('user_id = ?')
  const byUserAndClient = inFamilies('user_id = ? AND client_id = ?')
  const byClient = inFamilies('client_id = ?')
  return {
    token: ({ locator, hash }, at) => void byToken.run(at, locator, hash),
    client: (clientId, at) => {
      byOwner.run(at, clientId)
      byExchanger.run(at, clientId)
    },
    families: (selection, at) => {
      if ('familyId' in selection) return void byFamily.run(at, selection.familyId)
      if ('sessionId' in selection) return void bySession.run(at, selection.sessionId)
      if (!('userId' in selection)) return void byClient.run(at, selection.clientId)
      const { userId, clientId } = selection
      return void (clientId === undefined ? byUser.run(at, userId) : byUserAndClient.run(at, userId, clientId))
    },
  }
}
