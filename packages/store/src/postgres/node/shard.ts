import type { SecretRef } from '@ambit/server'

/** Into how many shards the rows of secrets are spread. */
export const shards = 16

/** The shard of a secret's row: anything evenly spread that the hash alone decides, since it is stored. */
export function shardOf({ hash }: Pick<SecretRef, 'hash'>): number {
  return (hash.charCodeAt(0) * 5 + hash.charCodeAt(hash.length - 1)) % shards
}
