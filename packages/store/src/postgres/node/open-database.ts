import { Pool, type PoolClient } from 'pg'
import { CallOrder } from './call-order.ts'
import type { Database, Query } from './database.ts'
import { inputSelect, type Row, type SqlValue, type Statement } from './statement.ts'

const mostCalls = 256
const mostAtOnce = 2

/** Opens a database. */
export function openDatabase(url: string): Database {
  const pool = new Pool({ connectionString: url, max: 8, types: { getTypeParser } })
  const order = new CallOrder()
  const share = <In, Out>(statement: Statement<In, Out>) => {
    const lane = new Lane(pool, statement)
    return (call: In): Promise<Out> =>
      new Promise((resolve, reject) => {
        const leave: () => void = order.enter(statement.keys?.(call) ?? [], () =>
          lane.add({
            call,
            resolve: out => {
              resolve(out)
              setImmediate(() => leave())
            },
            reject: error => {
              reject(error)
              setImmediate(() => leave())
            },
          }),
        )
      })
  }
  return {
    read: share,
    write: share,
    transact: async (keys, work) => {
      await new Promise<void>(resolve => {
        const leave: () => void = order.enter(keys, () => {
          resolve()
          setImmediate(() => leave())
        })
      })
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        const result = await work(queryOn(client))
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK')
        throw error
      } finally {
        client.release()
      }
    },
    list: async (sql, values = []) => (await pool.query<Row>(sql, [...values])).rows,
    close: () => pool.end(),
  }
}

type Pending<In, Out> = {
  readonly call: In
  readonly resolve: (out: Out) => void
  readonly reject: (error: unknown) => void
}

/** The calls of one statement. */
class Lane<In, Out> {
  readonly #pool: Pool
  readonly #statement: Statement<In, Out>
  readonly #text: string
  #waiting: Pending<In, Out>[] = []
  #running = 0
  #isScheduled = false

  constructor(pool: Pool, statement: Statement<In, Out>) {
    this.#pool = pool
    this.#statement = statement
    this.#text = statement.sql(inputSelect(statement.input))
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
      const batch = this.#waiting.splice(0, mostCalls)
      this.#running++
      void this.#run(batch).finally(() => {
        this.#running--
        this.#schedule()
      })
      this.#schedule()
    })
  }

  async #run(batch: readonly Pending<In, Out>[]): Promise<void> {
    try {
      const rows = await this.#execute(batch)
      for (const [place, { call, resolve }] of batch.entries())
        resolve(this.#statement.parse(rows.get(place) ?? [], call))
    } catch (error) {
      const [only] = batch
      if (batch.length === 1) only?.reject(error)
      else for (const pending of batch) await this.#run([pending])
    }
  }

  async #execute(batch: readonly Pending<In, Out>[]): Promise<Map<number, Row[]>> {
    const values = batch.map(({ call }) => this.#statement.values(call))
    const names = Object.keys(this.#statement.input)
    const arrays = [batch.map((_, place) => place), ...names.map((_, index) => values.map(row => row[index] ?? null))]
    const { rows } = await this.#pool.query<Row>({ name: this.#statement.name, text: this.#text, values: arrays })
    const byPlace = new Map<number, Row[]>()
    for (const row of rows) {
      const place = Number(row['n'])
      const own = byPlace.get(place)
      if (own) own.push(row)
      else byPlace.set(place, [row])
    }
    return byPlace
  }
}

function queryOn(client: PoolClient): Query {
  return async (sql: string, values: readonly SqlValue[] = []) => (await client.query<Row>(sql, [...values])).rows
}

const bigint = 20
const integer = 23
const smallint = 21
const boolean = 16

function getTypeParser(type: number): (text: string) => unknown {
  if (type === bigint || type === integer || type === smallint) return Number
  if (type === boolean) return text => text === 't'
  return text => text
}
