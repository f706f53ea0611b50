import { arrayLiteral } from './array-literal.ts'
import type { Connection } from './connection.ts'
import { parseFailure } from './failure.ts'
import { unavailable } from './pool.ts'
import { type Attempts, attempt } from './retry.ts'
import { inputSelect, type Row, type SqlValue, type Statement } from './statement.ts'

/** How the calls of a statement are carried out. */
export type LaneOptions = Attempts & {
  readonly mayRepeat: boolean
  /** How long a call may wait for its turn. */
  readonly patienceMillis: number
  readonly answerMillis: number
}

/** A call that waits for its answer. */
export type Pending<In, Out> = {
  readonly call: In
  readonly values: readonly SqlValue[]
  /** Whoever has the same order everywhere locks rows in the same order, so that two nodes do not wait for each other. */
  readonly rank: string
  readonly since: number
  readonly resolve: (out: Out) => void
  readonly reject: (error: unknown) => void
}

/** More make a statement no quicker per call, and the others wait longer. */
const mostCalls = 256
/** One is carried out while the next gathers; a second keeps the database busy while this process reads answers. */
const mostAtOnce = 2

/** The calls of one statement: those that wait when a connection is free go to the database as one. */
export class Lane<In, Out> {
  readonly #options: LaneOptions
  readonly #statement: Statement<In, Out>
  readonly #text: string
  readonly #types: readonly (readonly [number, Statement<In, Out>['input'][string]])[]
  #waiting: Pending<In, Out>[] = []
  #running = 0
  #isScheduled = false

  constructor(statement: Statement<In, Out>, options: LaneOptions) {
    this.#statement = statement
    this.#options = options
    this.#text = statement.sql(inputSelect(statement.input))
    this.#types = Object.values(statement.input).map((type, index) => [index, type])
  }

  add(pending: Pending<In, Out>): void {
    this.#waiting.push(pending)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#running >= mostAtOnce || this.#waiting.length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#running++
      void this.#carryOut().finally(() => {
        this.#running--
        this.#schedule()
      })
    })
  }

  /** Calls are taken once there is a connection, so that those which come while all are busy go with them. */
  async #carryOut(): Promise<void> {
    const taken: { calls: readonly Pending<In, Out>[] } = { calls: [] }
    const since = this.#waiting[0]?.since ?? performance.now()
    try {
      const answers = await this.#attempt(connection => {
        if (taken.calls.length === 0) taken.calls = this.#take()
        this.#schedule()
        return this.#execute(connection, taken.calls)
      }, since)
      this.#settle(taken.calls, answers)
    } catch (error) {
      if (taken.calls.length === 0) this.#refuseWaiting(since, error)
      else await this.#fail(taken.calls, error)
    }
  }

  #attempt<T>(work: (connection: Connection) => Promise<T>, since = performance.now()): Promise<T> {
    const { patienceMillis, mayRepeat } = this.#options
    const left = patienceMillis - (performance.now() - since)
    return attempt(this.#options, { patienceMillis: Math.max(left, 1), mayRepeat: () => mayRepeat }, work)
  }

  #take(): readonly Pending<In, Out>[] {
    this.#refuseLate()
    const calls = this.#waiting.splice(0, mostCalls)
    return this.#statement.keys ? calls.sort((a, b) => (a.rank < b.rank ? -1 : 1)) : calls
  }

  #refuseLate(): void {
    const oldest = performance.now() - this.#options.patienceMillis
    while (this.#waiting[0] && this.#waiting[0].since <= oldest)
      this.#waiting.shift()?.reject(unavailable('the database is too busy', undefined))
  }

  async #execute(connection: Connection, calls: readonly Pending<In, Out>[]): Promise<Map<number, Row[]>> {
    if (calls.length === 0) return new Map()
    const columns = this.#types.map(([index, type]) =>
      arrayLiteral(
        type,
        calls.map(({ values }) => values[index] ?? null),
      ),
    )
    const places = arrayLiteral('integer', [...calls.keys()])
    const query = { name: this.#statement.name, text: this.#text, values: [places, ...columns] }
    return groupByPlace((await connection.query(query, this.#options.answerMillis)).rows)
  }

  #settle(calls: readonly Pending<In, Out>[], answers: ReadonlyMap<number, Row[]>): void {
    for (const [place, { call, resolve, reject }] of calls.entries()) {
      try {
        resolve(this.#statement.parse(answers.get(place) ?? [], call))
      } catch (error) {
        reject(error)
      }
    }
  }

  /** Where the values of one call were refused nothing was done for any, and the others are not to suffer. */
  async #fail(calls: readonly Pending<In, Out>[], error: unknown): Promise<void> {
    if (calls.length === 1 || parseFailure(error).kind !== 'row') {
      for (const { reject } of calls) reject(error)
      return
    }
    const half = calls.length >> 1
    await this.#retry(calls.slice(0, half))
    await this.#retry(calls.slice(half))
  }

  async #retry(calls: readonly Pending<In, Out>[]): Promise<void> {
    try {
      this.#settle(calls, await this.#attempt(connection => this.#execute(connection, calls)))
    } catch (error) {
      await this.#fail(calls, error)
    }
  }

  /**
   * No connection was to be had for who had waited since then. Where their patience has ended those hear of it who waited as
   * long, and others go on waiting; where it has not, it is no use to wait, and all hear of it.
   */
  #refuseWaiting(since: number, error: unknown): void {
    const oldest = performance.now() - this.#options.patienceMillis + 1
    const isLate = (pending: Pending<In, Out>) => since > oldest || pending.since <= oldest
    const refused = this.#waiting.filter(isLate)
    this.#waiting = this.#waiting.filter(pending => !isLate(pending))
    for (const { reject } of refused) reject(error)
  }
}

function groupByPlace(rows: readonly Row[]): Map<number, Row[]> {
  const byPlace = new Map<number, Row[]>()
  for (const row of rows) {
    const place = Number(row['n'])
    const own = byPlace.get(place)
    if (own) own.push(row)
    else byPlace.set(place, [row])
  }
  return byPlace
}
