import type { ClientId, GrantRecord, UserId } from '@ambit/server'
import { parseGrantData } from '../../grant-data.ts'
import { mergeGrants, reduceGrant } from '../../grant-merge.ts'
import type { Grants } from '../../store-parts.ts'
import type { Database } from './database.ts'
import { revokeFamiliesIn } from './revocation.ts'
import type { Row, Statement } from './statement.ts'
import { isStorable } from './storable-text.ts'

type Parties = { readonly userId: UserId; readonly clientId: ClientId }

/** What a row holds: the grant's text, and the registrations of the client and user whom it was given. */
type Held = { readonly registration: string; readonly data: string }
/** The row of a grant, where there is one, and the registrations that the client and the user have now. */
type Found = { readonly held?: Held; readonly registration: string }
type Change = Parties & { readonly from: Held; readonly to: Held }

/**
 * What users allow clients. Scopes are added and taken out by reading, computing, and writing only where the row is still
 * what was read: whoever was overtaken, by whatever node, begins again, and each time somebody has gone on.
 */
export function consentTable(db: Database): Grants {
  const find = db.read(finding)
  const list = db.read(listing)
  const begin = db.write(beginning)
  const change = db.write(changing)
  const remove = db.write(removing)
  return {
    findGrant: async (userId, clientId) => liveGrant({ userId, clientId }, await find({ userId, clientId })),
    listGrants: list,
    addToGrant: async grant => {
      const { userId, clientId } = grant
      for (;;) {
        const { held, registration } = await find({ userId, clientId })
        const merged = mergeGrants(liveGrant(grant, { ...(held && { held }), registration }), grant)
        const to = { registration, data: grantData(merged) }
        const isDone = await (held ? change({ userId, clientId, from: held, to }) : begin({ userId, clientId, to }))
        if (isDone) return merged
      }
    },
    removeFromGrant: async (userId, clientId, tokens, at) => {
      for (;;) {
        const found = await find({ userId, clientId })
        const grant = liveGrant({ userId, clientId }, found)
        if (!grant || !found.held) return
        const left = reduceGrant(grant, tokens, at)
        const from = found.held
        const to = left && { registration: from.registration, data: grantData(left) }
        const isDone = await (to ? change({ userId, clientId, from, to }) : remove({ userId, clientId, from }))
        if (isDone) return
      }
    },
    deleteGrant: async (userId, clientId, at) => {
      if (!isStorable(userId) || !isStorable(clientId)) return
      await db.transact([grantKey({ userId, clientId })], async query => {
        await query('DELETE FROM consent WHERE user_id = $1 AND client_id = $2', [userId, clientId])
        await revokeFamiliesIn(query, { userId, clientId }, at)
      })
    },
  }
}

const registrationNow = "coalesce(c.registration, '') || ' ' || coalesce(a.registration, '')"

const finding: Statement<Parties, Found> = {
  name: 'find_consent',
  input: { user_id: 'text', client_id: 'text' },
  sql: input => `WITH input AS (${input})
    SELECT i.n, g.registration, g.data, ${registrationNow} AS registration_now
    FROM input AS i LEFT JOIN client AS c ON c.client_id = i.client_id LEFT JOIN account AS a ON a.user_id = i.user_id
    LEFT JOIN consent AS g ON g.user_id = i.user_id AND g.client_id = i.client_id`,
  values: ({ userId, clientId }) => [userId, clientId],
  parse: ([row]) => parseFound(row),
}

const listing: Statement<UserId, readonly GrantRecord[]> = {
  name: 'list_consents',
  input: { user_id: 'text' },
  sql: input => `WITH input AS (${input})
    SELECT i.n, g.client_id, g.registration, g.data, ${registrationNow} AS registration_now
    FROM input AS i JOIN consent AS g ON g.user_id = i.user_id
    LEFT JOIN client AS c ON c.client_id = g.client_id LEFT JOIN account AS a ON a.user_id = g.user_id
    ORDER BY g.client_id`,
  values: userId => [userId],
  parse: (rows, userId) =>
    rows.flatMap(row => liveGrant({ userId, clientId: parseClientId(row) }, parseFound(row)) ?? []),
}

/** Of those who begin a grant at once one does. */
const beginning: Statement<Parties & { readonly to: Held }, boolean> = {
  name: 'begin_consent',
  input: { user_id: 'text', client_id: 'text', registration: 'text', data: 'text' },
  sql: input => `WITH input AS (${input}), begun AS (
      INSERT INTO consent (user_id, client_id, registration, data)
      SELECT user_id, client_id, registration, data FROM input
      ON CONFLICT (user_id, client_id) DO NOTHING RETURNING user_id, client_id
    )
    SELECT n FROM input WHERE ((user_id, client_id) IN (SELECT user_id, client_id FROM begun)) IS TRUE`,
  values: ({ userId, clientId, to }) => [userId, clientId, to.registration, to.data],
  keys: parties => [grantKey(parties)],
  parse: rows => rows.length === 1,
}

const isAsRead = `g.user_id = i.user_id AND g.client_id = i.client_id
  AND g.registration = i.old_registration AND g.data = i.old_data`

const changing: Statement<Change, boolean> = {
  name: 'change_consent',
  input: {
    user_id: 'text',
    client_id: 'text',
    old_registration: 'text',
    old_data: 'text',
    registration: 'text',
    data: 'text',
  },
  sql: input => `WITH input AS (${input}), changed AS (
      UPDATE consent AS g SET registration = i.registration, data = i.data FROM input AS i WHERE ${isAsRead} RETURNING i.n
    )
    SELECT n FROM changed`,
  values: ({ userId, clientId, from, to }) => [
    userId,
    clientId,
    from.registration,
    from.data,
    to.registration,
    to.data,
  ],
  keys: parties => [grantKey(parties)],
  parse: rows => rows.length === 1,
}

const removing: Statement<Omit<Change, 'to'>, boolean> = {
  name: 'remove_consent',
  input: { user_id: 'text', client_id: 'text', old_registration: 'text', old_data: 'text' },
  sql: input => `WITH input AS (${input}), removed AS (
      DELETE FROM consent AS g USING input AS i WHERE ${isAsRead} RETURNING i.n
    )
    SELECT n FROM removed`,
  values: ({ userId, clientId, from }) => [userId, clientId, from.registration, from.data],
  keys: parties => [grantKey(parties)],
  parse: rows => rows.length === 1,
}

function grantKey({ userId, clientId }: Parties): string {
  return `grant ${userId} ${clientId}`
}

function parseClientId(row: Row): ClientId {
  return row['client_id'] as ClientId
}

function parseFound(row: Row | undefined): Found {
  const { registration, data, registration_now } = (row ?? {}) as {
    readonly registration?: string | null
    readonly data?: string | null
    readonly registration_now?: string
  }
  const held = typeof registration === 'string' && typeof data === 'string' ? { registration, data } : undefined
  return { ...(held && { held }), registration: registration_now ?? ' ' }
}

/** The grant of a row that names the client and the user that there are now. */
function liveGrant({ userId, clientId }: Parties, { held, registration }: Found): GrantRecord | undefined {
  return held?.registration === registration ? parseGrantData(userId, clientId, held.data) : undefined
}

function grantData({ userId: _userId, clientId: _clientId, ...data }: GrantRecord): string {
  return JSON.stringify(data)
}
