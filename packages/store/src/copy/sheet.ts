/** The type of a column of a sheet; `?` where it may be empty. */
export type ColumnType = 'text' | 'text?' | 'integer' | 'integer?' | 'boolean'

/** A value in a sheet. */
type Value = string | number | boolean | null

/** A record as every store can tell and take it, its values in the order of the sheet's columns. */
export type SheetRow = readonly Value[]

/** Where a row stands in its store; what it is made of is that store's own. */
export type Place = readonly (string | number)[]

/** Some rows, and the place of the last. */
export type Page = { readonly rows: readonly SheetRow[]; readonly end: Place }

const ref = { locator: 'integer', hash: 'text' } as const
const spendable = {
  ...ref,
  client_id: 'text',
  user_id: 'text',
  family_id: 'text',
  request_id: 'text',
  expires_at: 'integer',
  data: 'text',
  trace: 'text',
  spent_at: 'integer?',
  salt: 'text?',
} as const

/**
 * Everything that a store holds, independent of how it holds it: one sheet for each kind of record, in an order in which
 * each can be written when those before it are there. What a store could always make again, such as the shard of a row, the
 * time until which a spent token is kept, or a count beside a table, is in no sheet; nor are nodes and leases, which are of the
 * processes that serve.
 */
const sheets = {
  setting: { name: 'text', value: 'text' },
  number: { name: 'text', value: 'integer' },
  client: { client_id: 'text', data: 'text' },
  account: { user_id: 'text', folded_name: 'text', data: 'text' },
  signing_key: {
    kid: 'text',
    algorithm: 'text',
    created_at: 'integer',
    active_at: 'integer',
    retired_at: 'integer?',
    removed_at: 'integer?',
    data: 'text',
  },
  consent: { user_id: 'text', client_id: 'text', data: 'text' },
  family: {
    family_id: 'text',
    client_id: 'text',
    user_id: 'text',
    session_id: 'text?',
    is_begun: 'boolean',
    created_at: 'integer',
    expires_at: 'integer',
    revoked_at: 'integer?',
  },
  session: { ...ref, user_id: 'text', expires_at: 'integer', ends_at: 'integer', is_ended: 'boolean', data: 'text' },
  code: spendable,
  refresh_token: { ...spendable, successor_locator: 'integer?', successor_hash: 'text?' },
  /** `client`: `live` or `dead` where it dies with its client's registration, empty where it stands in its family alone. */
  access_token: {
    ...ref,
    client_id: 'text',
    user_id: 'text?',
    family_id: 'text?',
    client: 'text?',
    request_id: 'text',
    expires_at: 'integer',
    revoked_at: 'integer?',
    data: 'text',
    trace: 'text',
  },
  token_status: {
    ...ref,
    list: 'integer',
    place: 'integer',
    client_id: 'text',
    family_id: 'text?',
    exchanged_by: 'text?',
    expires_at: 'integer',
    revoked_at: 'integer?',
  },
  interaction: { ...ref, expires_at: 'integer', is_ended: 'boolean', data: 'text' },
  ticket: {
    ...ref,
    kind: 'text',
    client_id: 'text?',
    user_id: 'text?',
    session_id: 'text?',
    created_at: 'integer',
    expires_at: 'integer',
    revision: 'integer',
    is_droppable: 'boolean',
    data: 'text',
  },
  scope_usage: {
    client_id: 'text',
    scope: 'text',
    count: 'integer',
    first_used_at: 'integer',
    last_used_at: 'integer',
  },
  remembered: { hash: 'text', expires_at: 'integer' },
  failure: { key: 'text', count: 'integer', window_ends_at: 'integer' },
  refusal: { request_id: 'text', expires_at: 'integer', data: 'text' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnType>>>>

/** The name of a sheet. */
export type SheetName = keyof typeof sheets

/** The names of all sheets, in the order in which they are written. */
export const sheetNames = Object.keys(sheets).filter(isSheetName)

/** The columns of a sheet, in order. */
export function columnsOf(sheet: SheetName): readonly (readonly [name: string, type: ColumnType])[] {
  return Object.entries(sheets[sheet])
}

function isSheetName(name: string): name is SheetName {
  return Object.hasOwn(sheets, name)
}
