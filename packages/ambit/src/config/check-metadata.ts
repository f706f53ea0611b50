// RFC 7591 §2
import { type ClientMetadata, type Feature, findMetadataProblems } from '@ambit/server'
import { join, type Place } from './fields.ts'
import { nearest } from './near-miss.ts'

/** Reports client metadata that no mounted feature reads, or that is not what the feature wants. @spec RFC 7591 §2 */
export function checkMetadata(metadata: ClientMetadata, features: readonly Feature[], { path, report }: Place): void {
  const fields = features.flatMap(({ clientMetadata = [] }) => clientMetadata)
  const names = fields.map(({ name }) => name)
  for (const { name, message } of findMetadataProblems(metadata, fields)) {
    const near = names.includes(name) ? undefined : nearest(name, names)
    report(join(path, name), near === undefined ? message : `${message}; did you mean \`${near}\`?`)
  }
}
