import type { ClientRecord } from '@ambit/server'
import { parseClientData } from '../../client-row.ts'

type Known = { readonly data: string; readonly record: ClientRecord; trustedAt: number | undefined }

const capacity = 1_000

/**
 * Remembers clients by the text of their rows. A record is answered without a look at its row only while nobody can have
 * changed it: no other process has written anything since the row was read, and this one has not written this client.
 */
export class ClientMemo {
  readonly #known = new Map<string, Known>()
  readonly #readData: (clientId: string) => string | undefined

  /** @param readData reads the text of a client's row; `undefined` where there is none */
  constructor(readData: (clientId: string) => string | undefined) {
    this.#readData = readData
  }

  /** The client as it is stored now. `foreignChanges` is another number once another process has written. */
  find(clientId: string, foreignChanges: number): ClientRecord | undefined {
    const known = this.#known.get(clientId)
    if (known?.trustedAt === foreignChanges) return known.record
    const data = this.#readData(clientId)
    if (data === undefined) {
      this.#known.delete(clientId)
      return undefined
    }
    if (known?.data !== data) return this.#remember(clientId, { data, trustedAt: foreignChanges })
    known.trustedAt = foreignChanges
    return known.record
  }

  /** This process writes the client: its row is read again the next time. */
  distrust(clientId: string): void {
    const known = this.#known.get(clientId)
    if (known) known.trustedAt = undefined
  }

  #remember(clientId: string, read: Pick<Known, 'data' | 'trustedAt'>): ClientRecord {
    const record = parseClientData(clientId, read.data)
    if (this.#known.size >= capacity) this.#known.clear()
    this.#known.set(clientId, { ...read, record })
    return record
  }
}
