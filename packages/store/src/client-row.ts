// RFC 7591 §2
import type { ClientId, ClientRecord } from '@ambit/server'

type ClientRow = { readonly client_id: ClientId; readonly data: string }

/** The client of a row. */
export function parseClient(row: unknown): ClientRecord {
  const { client_id, data } = row as ClientRow
  return parseClientData(client_id, data)
}

/** A client from the text that its row holds. */
export function parseClientData(clientId: string, data: string): ClientRecord {
  return { ...(JSON.parse(data) as Omit<ClientRecord, 'clientId'>), clientId: clientId as ClientId }
}
