import type { Dialect } from './schema.ts'

/** The engine that speaks PostgreSQL's protocol, as it names itself. */
export type Engine = {
  readonly kind: 'postgresql' | 'cockroachdb' | 'yugabytedb'
  /** Its major version. */
  readonly major: number
  /** What the program says of it. */
  readonly name: string
}

const oldestPostgres = 15

/** A server that the store cannot work on. */
export class UnsuitableServer extends Error {
  override readonly name = 'UnsuitableServer'
}

/** Reads the answer to `SELECT version()`. @throws where it is a PostgreSQL older than 15 */
export function parseEngine(version: string): Engine {
  const name = /^(?:PostgreSQL \S+|CockroachDB \S+ \S+)/.exec(version)?.[0] ?? version
  if (version.startsWith('CockroachDB'))
    return { kind: 'cockroachdb', major: Number(/ v(\d+)/.exec(version)?.[1]), name }
  const major = Number(/^PostgreSQL (\d+)/.exec(version)?.[1])
  if (!(major >= oldestPostgres))
    throw new UnsuitableServer(`it is \`${name}\`, and the store wants PostgreSQL ${oldestPostgres} or newer`)
  return { kind: /-YB-/.test(version) ? 'yugabytedb' : 'postgresql', major, name }
}

/** How tables are declared on an engine. */
export function dialectOf({ kind }: Engine): Dialect {
  return {
    text: kind === 'cockroachdb' ? 'text' : 'text COLLATE "C"',
    storage: parameters => (kind === 'postgresql' ? storageOf(parameters) : ''),
  }
}

function storageOf(parameters: Readonly<Record<string, number>>): string {
  const settings = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`)
  return settings.length === 0 ? '' : ` WITH (${settings.join(', ')})`
}
