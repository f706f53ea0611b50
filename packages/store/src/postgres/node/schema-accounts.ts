import type { Dialect } from './schema.ts'

/** Clients, users, sessions, grants, what waits, keys, attempts, refusals and counts. */
export function accountTables({ text }: Dialect): readonly string[] {
  return [`CREATE TABLE client (client_id ${text} PRIMARY KEY, registration ${text} NOT NULL, data ${text} NOT NULL)`]
}
