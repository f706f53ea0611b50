import { Socket } from 'node:net'
import { Client, type QueryResult } from 'pg'
import { explainConnectFailure, Unreachable } from './connect-failure.ts'
import type { ConnectionPlan, Host } from './connection-url.ts'
import type { Engine } from './engine.ts'
import { ConnectionLost, ConnectionUnusable } from './failure.ts'
import { introduction, parseIntroduction, type SessionLimits, sessionSetup } from './session.ts'
import type { Row, SqlValue } from './statement.ts'

/** A statement as it goes over the wire. */
export type WireQuery = { readonly name?: string; readonly text: string; readonly values?: readonly SqlValue[] }

/** How long one waits: for a connection to be ready, and for what is kept by the server. */
export type ConnectionLimits = SessionLimits & {
  readonly connectMillis: number
  /** Beyond this the server is taken for dead, and the connection is cut; longer than the server's own statement timeout. */
  readonly answerMillis: number
  /**
   * A plan is made for a table as it is then, and kept until the server has analysed the table anew: one that was made for an
   * empty table would not do for the first minute of its growth. So plans are made again this often.
   */
  readonly planMillis: number
}

const keepAliveMillis = 10_000
const farewellMillis = 500

/** A connection that is set up. It carries out one statement at a time. */
export class Connection {
  readonly engine: Engine
  readonly #client: Client
  readonly #socket: Socket
  readonly #planMillis: number
  #end: ConnectionLost | undefined
  #doubt: string | undefined
  #whenLost: (() => void) | undefined
  #plannedAt = performance.now()

  constructor(
    client: Client,
    socket: Socket,
    { engine, planMillis }: { readonly engine: Engine; readonly planMillis: number },
  ) {
    this.#planMillis = planMillis
    this.#client = client
    this.#socket = socket
    this.engine = engine
    client.on('error', error => this.#lose(new ConnectionLost('the connection broke', { cause: error })))
    client.on('end', () => this.#lose(new ConnectionLost('the connection was closed')))
    client.on('notice', notice => {
      // The server gave up waiting for its replica: what it then calls done may be lost with it.
      if (notice.routine === 'SyncRepWaitForLSN') this.#doubt = 'the database stopped waiting for its replica'
    })
  }

  get isLost(): boolean {
    return this.#end !== undefined
  }

  /** Calls once the connection ends. */
  whenLost(tell: () => void): void {
    this.#whenLost = tell
  }

  /** Carries out one statement. @throws `ConnectionUnusable`, `ConnectionLost`, or the driver's `DatabaseError` */
  async query(query: WireQuery, answerMillis: number): Promise<QueryResult<Row>> {
    if (this.#end) throw new ConnectionUnusable(this.#end.message)
    this.#doubt = undefined
    const silence = new ConnectionLost(`the database did not answer within ${answerMillis} ms`, { isTimeout: true })
    const timer = setTimeout(() => this.destroy(silence), answerMillis)
    try {
      if (query.name !== undefined) await this.#forgetPlans()
      const result = await this.#client.query<Row>({ ...query, values: [...(query.values ?? [])] })
      if (this.#doubt !== undefined) throw new ConnectionLost(this.#doubt)
      return result
    } catch (error) {
      throw isOfDriver(error) && this.#end ? this.#end : error
    } finally {
      clearTimeout(timer)
    }
  }

  async #forgetPlans(): Promise<void> {
    if (this.engine.kind === 'cockroachdb' || performance.now() - this.#plannedAt < this.#planMillis) return
    this.#plannedAt = performance.now()
    await this.#client.query('DISCARD PLANS')
  }

  /** Cuts it, whatever it is doing. */
  destroy(reason: ConnectionLost): void {
    this.#lose(reason)
    this.#socket.destroy()
  }

  /** Ends it in order, or by cutting it where the server does not react; nothing is under way. */
  async end(): Promise<void> {
    this.#whenLost = undefined
    const timer = setTimeout(() => this.#socket.destroy(), farewellMillis)
    try {
      await this.#client.end()
    } finally {
      clearTimeout(timer)
    }
  }

  #lose(reason: ConnectionLost): void {
    if (this.#end) return
    this.#end = reason
    this.#whenLost?.()
  }
}

/** Errors of the server are its answer, also where the connection ends with them. */
function isOfDriver(error: unknown): boolean {
  return !(error instanceof Error && 'severity' in error)
}

/** Connects to one server and sets the connection up. @throws `Unreachable` */
export async function openConnection(plan: ConnectionPlan, host: Host, limits: ConnectionLimits): Promise<Connection> {
  const socket = new Socket()
  const client = new Client({ ...clientConfig(plan, host), stream: () => socket })
  client.on('error', () => undefined)
  const connectMillis = plan.connectMillis ?? limits.connectMillis
  const silence = new ConnectionLost(`does not answer within ${connectMillis} ms`, { isTimeout: true })
  const timer = setTimeout(() => socket.destroy(silence), connectMillis)
  try {
    await client.connect()
    const { engine, isReadOnly } = parseIntroduction((await client.query<Row>(introduction)).rows[0])
    if (isReadOnly && plan.isPrimaryWanted)
      throw new Unreachable(`the database at \`${host.host}:${host.port}\` may only be read`, { isLasting: false })
    await client.query(sessionSetup(limits, engine))
    return new Connection(client, socket, { engine, planMillis: limits.planMillis })
  } catch (error) {
    socket.destroy()
    throw error instanceof Unreachable ? error : explainConnectFailure(error, host)
  } finally {
    clearTimeout(timer)
  }
}

function clientConfig(plan: ConnectionPlan, { host, port }: Host) {
  const { isChannelBound, ...tls } = plan.tls || { isChannelBound: false }
  return {
    host,
    port,
    user: plan.user,
    password: plan.password,
    database: plan.database,
    application_name: plan.applicationName,
    options: plan.options,
    ssl: plan.tls && tls,
    enableChannelBinding: isChannelBound,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMillis,
    types: { getTypeParser },
  }
}

const bigint = 20
const smallint = 21
const integer = 23
const boolean = 16

/** Numbers are numbers and booleans booleans; anything else stays the text that the server sent. */
function getTypeParser(type: number): (text: string) => unknown {
  if (type === bigint || type === integer || type === smallint) return Number
  if (type === boolean) return text => text === 't'
  return text => text
}
