import { createHash, randomUUID } from 'node:crypto'
import type { FamilyId, SecretHash } from '@ambit/server'
import { shardOfFamily } from '../../postgres/node/credential-columns.ts'
import { shardOf } from '../../postgres/node/shard.ts'
import type { SqlType, SqlValue } from '../../postgres/node/statement.ts'
import { storable } from '../../postgres/node/storable-text.ts'
import { emailMark, foldedEmailOf } from '../../user-email.ts'
import { columnsOf, type SheetName, type SheetRow } from '../sheet.ts'

/** How PostgreSQL holds a sheet. */
export type PostgresSheet = {
  /** The SELECT without conditions on the place and without ORDER BY: the sheet's columns in order, and then the place. */
  readonly select: string
  readonly table: string
  readonly where: string
  readonly place: readonly string[]
  /** The columns of what is inserted at once: those of the sheet and those that are made for this store. */
  readonly input: Readonly<Record<string, SqlType>>
  readonly values: (row: SheetRow) => readonly SqlValue[]
  /** Inserts the rows of a SELECT. */
  readonly insert: (input: string) => string
}

type Cell = (row: Readonly<Record<string, unknown>>) => SqlValue
type Making = {
  readonly place: readonly string[]
  /** Tables that are joined to say what a column means. */
  readonly join?: string
  readonly where?: string
  readonly read?: Readonly<Record<string, string>>
  readonly made?: Readonly<Record<string, { readonly type: SqlType; readonly of: Cell }>>
  readonly insert?: (input: string) => string
}

const ref = ['t.shard', 't.locator', 't.hash']
const registration = { type: 'text', of: () => randomUUID() } as const
const hashShard: Cell = row => shardOf({ hash: parseHash(row['hash']) })
const shard = { shard: { type: 'smallint', of: hashShard } } as const
const version: Cell = row => createHash('sha256').update(String(row['data'])).digest('base64url')
const isDeclared: Cell = row => parseIsDeclared(JSON.parse(String(row['data'])))
const declared = { type: 'boolean', of: isDeclared } as const
const familyShard: Cell = row => shardOfFamily(parseFamilyId(row['family_id']))
const familyEnd = 'coalesce((SELECT f.expires_at FROM family AS f WHERE f.family_id = i.family_id), 0)'
const parties = `coalesce(k.registration, '') || ' ' || coalesce(a.registration, '')`
const partiesOf = (row: string) =>
  `LEFT JOIN client AS k ON k.client_id = ${row}.client_id LEFT JOIN account AS a ON a.user_id = ${row}.user_id`
const ofUserNow = `t.registration = coalesce(a.registration, '')`

/** An identifier belongs to a client or to a user. */
const claim = (owner: 'client' | 'user', id: string) =>
  `claimed AS (INSERT INTO identifier (id, owner) SELECT ${id}, '${owner}' FROM input)`

const makings: Readonly<Record<SheetName, Making>> = {
  setting: { place: ['t.name'] },
  number: { place: ['t.name'] },
  client: {
    place: ['t.client_id'],
    made: { registration, version: { type: 'text', of: version }, is_declared: declared },
    insert: input => `WITH input AS (${input}), ${claim('client', 'client_id')}
      INSERT INTO client (client_id, registration, version, is_declared, data)
      SELECT client_id, registration, version, is_declared, data FROM input`,
  },
  account: {
    place: ['t.user_id'],
    read: { data: 'ltrim(t.data)' },
    made: { registration, is_declared: declared, folded_email: { type: 'text', of: foldedEmailOf } },
    insert: input => `WITH input AS (${input}), ${claim('user', 'user_id')}
      INSERT INTO account (user_id, folded_name, folded_email, registration, is_declared, data)
      SELECT user_id, folded_name, folded_email, registration, is_declared, '${emailMark}' || data FROM input`,
  },
  signing_key: { place: ['t.kid'] },
  /** A grant that names another client or user than there is now is none. */
  consent: {
    place: ['t.user_id', 't.client_id'],
    join: partiesOf('t'),
    where: `t.registration = ${parties}`,
    insert: input => `INSERT INTO consent (user_id, client_id, registration, data)
      SELECT i.user_id, i.client_id, ${parties}, i.data FROM (${input}) AS i ${partiesOf('i')}`,
  },
  family: { place: ['t.family_id'], made: { shard: { type: 'smallint', of: familyShard } } },
  /** A session that names another user than there is now has ended. */
  session: {
    place: ref,
    join: 'LEFT JOIN account AS a ON a.user_id = t.user_id',
    read: {
      is_ended: `(t.is_ended OR NOT (${ofUserNow}))`,
      expires_at: `CASE WHEN ${ofUserNow} THEN t.expires_at ELSE t.ends_at END`,
      data: `CASE WHEN ${ofUserNow} THEN t.data ELSE '{}' END`,
    },
    made: shard,
    insert: input => `INSERT INTO session
      (shard, locator, hash, user_id, registration, expires_at, ends_at, is_ended, data)
      SELECT i.shard, i.locator, i.hash, i.user_id, coalesce(a.registration, ''), i.expires_at, i.ends_at, i.is_ended, i.data
      FROM (${input}) AS i LEFT JOIN account AS a ON a.user_id = i.user_id`,
  },
  code: {
    place: ref,
    made: shard,
    insert: input => `INSERT INTO code
      (shard, locator, hash, client_id, user_id, family_id, request_id, expires_at, kept_until, data, trace, spent_at, salt)
      SELECT shard, locator, hash, client_id, user_id, family_id, request_id, expires_at,
      CASE WHEN spent_at IS NULL THEN expires_at ELSE greatest(expires_at, ${familyEnd}) END,
      data, trace, spent_at, salt FROM (${input}) AS i`,
  },
  refresh_token: {
    place: ref,
    join: 'LEFT JOIN rotation AS r ON r.shard = t.shard AND r.locator = t.locator AND r.hash = t.hash',
    read: {
      spent_at: 'r.spent_at',
      salt: 'r.salt',
      successor_locator: 'r.successor_locator',
      successor_hash: 'r.successor_hash',
    },
    made: {
      ...shard,
      successor_shard: {
        type: 'smallint',
        of: ({ successor_hash: hash }) => (hash === null ? null : shardOf({ hash: parseHash(hash) })),
      },
    },
    insert: input => `WITH input AS (${input}), rotated AS (
        INSERT INTO rotation (shard, locator, hash, spent_at, successor_shard, successor_locator, successor_hash, salt)
        SELECT shard, locator, hash, spent_at, successor_shard, successor_locator, successor_hash, salt
        FROM input WHERE spent_at IS NOT NULL
      )
      INSERT INTO refresh_token
      (shard, locator, hash, client_id, user_id, family_id, request_id, expires_at, kept_until, data, trace)
      SELECT shard, locator, hash, client_id, user_id, family_id, request_id, expires_at,
      greatest(expires_at, ${familyEnd}), data, trace FROM input AS i`,
  },
  access_token: {
    place: ref,
    join: 'LEFT JOIN client AS k ON k.client_id = t.client_id',
    read: {
      client: `CASE WHEN t.registration IS NULL THEN NULL WHEN t.registration = k.registration THEN 'live' ELSE 'dead' END`,
    },
    made: shard,
    insert: input => `INSERT INTO access_token
      (shard, locator, hash, client_id, user_id, family_id, registration, request_id, expires_at, revoked_at, data, trace)
      SELECT i.shard, i.locator, i.hash, i.client_id, i.user_id, i.family_id,
      CASE i.client WHEN 'live' THEN k.registration WHEN 'dead' THEN '' END,
      i.request_id, i.expires_at, i.revoked_at, i.data, i.trace
      FROM (${input}) AS i LEFT JOIN client AS k ON k.client_id = i.client_id`,
  },
  token_status: { place: ref, made: shard },
  interaction: { place: ref, made: shard },
  ticket: { place: ref, made: shard },
  scope_usage: { place: ['t.client_id', 't.scope'] },
  remembered: { place: ['t.hash'], made: shard },
  failure: {
    place: ['t.key'],
    made: { counted_at: { type: 'bigint', of: row => Number(row['window_ends_at']) } },
  },
  refusal: { place: ['t.request_id', 't.sequence'], made: { sequence: { type: 'bigint', of: nextSequence() } } },
}

const perSecond = 1_000_000

/** Refusals stand by their second, and within it in the order in which they are copied, which is that of their time. */
function nextSequence(): Cell {
  let count = 0
  return row => {
    const at = parseTime(row['data'])
    count = (count + 1) % perSecond
    return at * perSecond + count
  }
}

/** How PostgreSQL holds a sheet. */
export function postgresSheet(sheet: SheetName): PostgresSheet {
  const { place, join = '', where = 'true', read = {}, made = {}, insert } = makings[sheet]
  const names = columnsOf(sheet).map(([name]) => name)
  const input: Record<string, SqlType> = {}
  for (const [name, type] of columnsOf(sheet)) input[name] = sqlType(type)
  for (const [name, { type }] of Object.entries(made)) input[name] = type
  const all = Object.keys(input).join(', ')
  return {
    table: `${sheet} AS t ${join}`,
    select: `SELECT ${[...names.map(name => `${read[name] ?? `t.${name}`} AS c_${name}`), ...place].join(', ')}`,
    where,
    place,
    input,
    values: row => {
      const cells = Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]))
      const texts = names.map(name => storedCell(name, cells[name] ?? null))
      return [...texts, ...Object.values(made).map(({ of }) => of(cells))]
    },
    insert: insert ?? (rows => `INSERT INTO ${sheet} (${all}) SELECT ${all} FROM (${rows}) AS i`),
  }
}

function storedCell(name: string, value: SqlValue): SqlValue {
  return name === 'key' && typeof value === 'string' ? storable(value) : value
}

function parseHash(value: unknown): SecretHash {
  return value as SecretHash
}

function parseFamilyId(value: unknown): FamilyId {
  return value as FamilyId
}

function parseTime(data: unknown): number {
  return (JSON.parse(String(data)) as { readonly at: number }).at
}

function sqlType(type: string): SqlType {
  if (type === 'boolean') return 'boolean'
  return type.startsWith('integer') ? 'bigint' : 'text'
}

function parseIsDeclared(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'isDeclared' in data && data.isDeclared === true
}
