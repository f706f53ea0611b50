import type { ClientRecord } from '@ambit/server'
import { parseClientData } from '../../client-row.ts'

/** A client's record, and the version of the row that it was read from. */
export type KnownClient = { readonly version: string; readonly record: ClientRecord }

const capacity = 1_000

/** Remembers clients by the versions of their rows. What is remembered is answered only where the database has just said that it still stands. */
export class ClientMemo {
  readonly #known = new Map<string, KnownClient>()

  /** What is known of a client, to be compared with its row. */
  find(clientId: string): KnownClient | undefined {
    return this.#known.get(clientId)
  }

  /** The record of a row: the one that is remembered where that is of the same version. */
  remember(clientId: string, version: string, data: string): ClientRecord {
    const known = this.#known.get(clientId)
    if (known?.version === version) return known.record
    const record = parseClientData(clientId, data)
    if (this.#known.size >= capacity) this.#known.clear()
    this.#known.set(clientId, { version, record })
    return record
  }

  forget(clientId: string): void {
    this.#known.delete(clientId)
  }
}
