import type { Facts } from './population.ts'

/** A row as a database gives it. */
export type PlainRow = Readonly<Record<string, unknown>>

/** What the store itself gave a user or a client, so that rows can tell them from others of the same name before or after. */
export type Registration = 'userRegistration' | 'clientRegistration'

/** What rows are made from. */
export type Fact = keyof Facts | Registration

/** What a fact is in SQL, as an expression over the number `n` of a grant. */
export type FactSql = Readonly<Record<Fact, string>>

/** How a database writes what the columns of a table are made from. */
export type Dialect = {
  /** Of texts, joined. */
  readonly text: (expressions: readonly string[]) => string
  /** Whole seconds from milliseconds. */
  readonly seconds: (expression: string) => string
  /** The shard of a row from the expression of its hash. */
  readonly shard: (hash: string) => string
}

/** A row of a part of the population: an expression over the facts for each column, and the facts that it uses. */
export type RowTemplate = {
  readonly table: string
  readonly columns: Readonly<Record<string, string>>
  readonly uses: ReadonlySet<Fact>
}

const pad = (name: string, length: number) => `MARK${name}`.padEnd(length, 'x')

/**
 * Facts of a grant that does not exist. Each is a text, or a time in a year, that nothing else holds; so wherever one stands
 * in a row that the store wrote, it stands for the fact.
 */
export const markers: Facts = {
  userId: pad('user', 22),
  username: 'marked-username',
  clientId: 'marked-client',
  familyId: pad('family', 26),
  sessionId: pad('sid', 20),
  requestId: `marked00-${pad('req', 12)}`,
  salt: pad('salt', 43),
  sessionHash: pad('session', 43),
  codeHash: pad('code', 43),
  firstHash: pad('first', 43),
  secondHash: pad('second', 43),
  accessHash: pad('access', 43),
  loginAt: 1_000_000_000_000,
  recentAt: 1_300_000_000_000,
  endAt: 1_600_000_000,
}

/** Whose registrations the marked user and client have got. */
export type Registrations = ReadonlyMap<string, Registration>

const textFacts = Object.entries(markers).flatMap(([name, value]) =>
  typeof value === 'string' ? [[value, parseTextFact(name)] as const] : [],
)

/** Reads rows that the store wrote of {@link markers}. */
export class TemplateReader {
  readonly #dialect: Dialect
  readonly #factByMarker: ReadonlyMap<string, Fact>
  /** The markers, and numbers of ten or thirteen digits, which are times. */
  readonly #found: RegExp

  constructor(dialect: Dialect, registrations: Registrations) {
    this.#dialect = dialect
    this.#factByMarker = new Map<string, Fact>([...textFacts, ...registrations])
    const texts = [...this.#factByMarker.keys()].join('|')
    this.#found = new RegExp(`(${texts}|(?<![\\w.])\\d{13}(?!\\w)|(?<![\\w.])\\d{10}(?!\\w))`)
  }

  /** Makes the expressions of a row. */
  read(table: string, row: PlainRow): RowTemplate {
    const uses = new Set<Fact>()
    const use = (name: Fact) => {
      uses.add(name)
      return `f.${columnOf(name)}`
    }
    const columns = Object.entries(row).map(([name, value]) => {
      const source = name === 'shard' ? (row['hash'] ?? row['family_id']) : row[name.replace('shard', 'hash')]
      const isShard = name.endsWith('shard') && value !== null
      return [
        name,
        isShard ? this.#dialect.shard(this.#expression(source, use)) : this.#expression(value, use),
      ] as const
    })
    return { table, columns: Object.fromEntries(columns), uses }
  }

  #expression(value: unknown, use: Use): string {
    if (value === null || value === undefined) return 'NULL'
    if (typeof value === 'boolean') return String(value)
    if (typeof value === 'number' || typeof value === 'bigint') return this.#time(Number(value), use) ?? String(value)
    if (typeof value !== 'string') throw new TypeError(`a column of type ${typeof value} cannot be generated`)
    const pieces = value.split(this.#found).filter(piece => piece !== '')
    return pieces.length === 0 ? "''" : this.#dialect.text(pieces.map(piece => this.#piece(piece, use)))
  }

  #piece(piece: string, use: Use): string {
    const fact = this.#factByMarker.get(piece)
    if (fact) return use(fact)
    const time = /^\d{10,13}$/.test(piece) ? this.#time(Number(piece), use) : undefined
    return time ?? `'${piece.replaceAll("'", "''")}'`
  }

  /** A number as a time after the latest marked time before it; undefined where it is none. */
  #time(value: number, use: Use): string | undefined {
    if (value < 1e9) return undefined
    if (value >= 1e12) {
      const name = value >= markers.recentAt ? 'recentAt' : 'loginAt'
      return `(${use(name)} + ${value - markers[name]})`
    }
    if (value === untilFullHour(markers.endAt)) return `(${use('endAt')} + 3599 - (${use('endAt')} + 3599) % 3600)`
    if (value >= markers.endAt) return `(${use('endAt')} + ${value - markers.endAt})`
    const name = value * 1000 >= markers.recentAt ? 'recentAt' : 'loginAt'
    return `(${this.#dialect.seconds(use(name))} + ${value - markers[name] / 1000})`
  }
}

/** PostgreSQL's rows of families that last long are kept until then. */
function untilFullHour(seconds: number): number {
  return Math.ceil(seconds / 3600) * 3600
}

/** The column under which a fact is computed once for a row. */
function columnOf(name: Fact): string {
  return name.toLowerCase()
}

type Use = (name: Fact) => string

function parseTextFact(name: string): Fact {
  return name as Fact
}
