import { isDatabaseUrl } from './database-url.ts'
import {
  type Field,
  isObject,
  object,
  oneOf,
  type Place,
  secretWhere,
  span,
  text,
  type ValueOf,
  whole,
} from './fields.ts'

const databaseUrl = secretWhere('a URL like `postgres://name:password@host/database`', isDatabaseUrl)

const database = object({
  url: databaseUrl,
  urlEnv: text,
  replicaUrl: databaseUrl,
  replicaUrlEnv: text,
  poolSize: whole(1, 1_000),
  connectTimeout: span,
  statementTimeout: span,
  lockTimeout: span,
  migrate: oneOf('start', 'never'),
})

/** A PostgreSQL database of the right shape. */
export type ShapedDatabase = ValueOf<typeof database>

/** Where everything is kept: the path of a file, `memory`, the URL of a database, or more about a database than its URL. */
export const storeField: Field<string | ShapedDatabase> = {
  wanted: 'a path, `memory`, or a `postgres://` URL',
  parse(value, place) {
    if (isObject(value)) return parseDatabase(value, place)
    if (typeof value === 'string' && isDatabaseUrl(value)) return { url: value }
    // one that resembles a URL of a database may hold a password
    if (typeof value === 'string' && value.trim() !== '' && !/^[a-z][a-z0-9+]*:\/\//i.test(value)) return value
    place.report(place.path, `${storeField.wanted} is wanted`)
    return undefined
  },
}

/** One whose URL was refused has none, and nobody is to look for it elsewhere. */
function parseDatabase(value: Readonly<Record<string, unknown>>, place: Place): ShapedDatabase | undefined {
  const parsed = database.parse(value, place)
  return value['url'] !== undefined && parsed?.url === undefined ? undefined : parsed
}
