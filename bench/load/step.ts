import type { Connection } from './connection.ts'
import type { Surface } from './request.ts'

/** One unit of work on a connection: one request, or a flow of several. `isSampled` asks for the answer's whole shape to be checked. */
export type Step = (connection: Connection, isSampled: boolean) => Promise<void>

/** Sets up `connections` steps, one for each connection: logins, consents, tokens that the work consumes. */
export type Prepare = (surface: Surface, connections: number) => Promise<readonly Step[]>

/** The same for a server without metadata. */
export type PrepareAt = (origin: string, connections: number) => Promise<readonly Step[]>
