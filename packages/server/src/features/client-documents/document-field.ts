// OAuth Client ID Metadata Document §5.2
import { type EpochSeconds, epochSeconds } from '@ambit/protocol'
import type { ClientMetadataField } from '../../client/metadata-field.ts'

/** When the document of a client was read, and how long it is taken for what it is. */
export type DocumentTimes = { readonly fetchedAt: EpochSeconds; readonly freshUntil: EpochSeconds }

/** Marks the record of a client that was read from its document. No client can register it. */
export const documentField = {
  name: 'client_id_metadata_document',
  wanted: 'nothing',
  parse(value: unknown): DocumentTimes | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    if (!('fetched_at' in value) || !('fresh_until' in value)) return undefined
    const { fetched_at, fresh_until } = value
    if (typeof fetched_at !== 'number' || typeof fresh_until !== 'number') return undefined
    return { fetchedAt: epochSeconds(fetched_at), freshUntil: epochSeconds(fresh_until) }
  },
} satisfies ClientMetadataField<DocumentTimes>

/** The member of a client's metadata that says so. */
export function printTimes({ fetchedAt, freshUntil }: DocumentTimes): Readonly<Record<string, unknown>> {
  return { [documentField.name]: { fetched_at: fetchedAt, fresh_until: freshUntil } }
}
