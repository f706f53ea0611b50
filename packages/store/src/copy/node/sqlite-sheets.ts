import { columnsOf, type SheetName } from '../sheet.ts'

/** How SQLite holds a sheet. */
export type SqliteSheet = {
  /** The SELECT without its ORDER BY: the sheet's columns in order, and then the place. */
  readonly select: string
  /** What says where a row stands, and its order. */
  readonly place: readonly string[]
  readonly table: string
  /** What the rows of the sheet have in common. */
  readonly where: string
  /** Takes the sheet's columns, by their names. */
  readonly insert: string
}

type Making = {
  readonly from?: string
  readonly place: readonly string[]
  readonly where?: string
  /** Columns that are no columns of the table. */
  readonly read?: Readonly<Record<string, string>>
  /** The table, where it is not named as the sheet, and its columns with what they are made of, where that is not the column itself. */
  readonly into?: string
  readonly write?: Readonly<Record<string, string>>
  readonly leaveOut?: readonly string[]
}

const ref = ['t.locator', 't.hash']
const familyEnd = 'ifnull((SELECT f.expires_at FROM family AS f WHERE f.family_id = $family_id), 0)'
const keptUntil = `CASE WHEN $spent_at IS NULL THEN $expires_at ELSE max($expires_at, ${familyEnd}) END`
const ofKind = (kind: string): Making => ({
  from: 'credential AS t',
  place: ref,
  where: `t.kind = '${kind}'`,
  into: 'credential',
  write: { kind: `'${kind}'`, kept_until: keptUntil },
})

const makings: Readonly<Record<SheetName, Making>> = {
  setting: { place: ['t.name'] },
  number: { place: ['t.name'] },
  client: { place: ['t.client_id'] },
  /** The file's opening makes what is no column here from `data`. */
  account: { place: ['t.user_id'], read: { data: 'ltrim(t.data)' } },
  signing_key: { place: ['t.kid'] },
  consent: { place: ['t.user_id', 't.client_id'] },
  family: { place: ['t.family_id'] },
  session: { place: ref },
  code: ofKind('code'),
  refresh_token: ofKind('refresh_token'),
  access_token: {
    ...ofKind('access_token'),
    from: 'credential AS t LEFT JOIN client AS k ON k.client_id = t.client_id',
    read: {
      client: `CASE WHEN t.registration IS NULL THEN NULL WHEN t.registration = k.registration THEN 'live' ELSE 'dead' END`,
    },
    write: {
      kind: `'access_token'`,
      kept_until: '$expires_at',
      registration: `CASE $client WHEN 'live' THEN (SELECT registration FROM client WHERE client_id = $client_id) WHEN 'dead' THEN -1 END`,
    },
    leaveOut: ['client'],
  },
  token_status: { place: ref },
  interaction: { place: ref },
  ticket: { place: ref },
  scope_usage: { place: ['t.client_id', 't.scope'] },
  remembered: { place: ['t.hash'] },
  failure: { place: ['t.key'] },
  refusal: { place: ['t.sequence'] },
}

/** How SQLite holds a sheet. */
export function sqliteSheet(sheet: SheetName): SqliteSheet {
  const {
    from = `${sheet} AS t`,
    place,
    where = 'true',
    read = {},
    into = sheet,
    write = {},
    leaveOut = [],
  } = makings[sheet]
  const names = columnsOf(sheet).map(([name]) => name)
  const selected = names.map(name => read[name] ?? `t.${name}`)
  const written = [...names.filter(name => !leaveOut.includes(name)), ...Object.keys(write)]
  const values = written.map(name => write[name] ?? `$${name}`)
  return {
    select: `SELECT ${[...selected, ...place].join(', ')} FROM ${from}`,
    place,
    table: into,
    where,
    insert: `INSERT INTO ${into} (${written.join(', ')}) VALUES (${values.join(', ')})`,
  }
}
