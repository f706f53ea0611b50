import type { SchemaVersion } from '../../../packages/store/src/postgres/node/schema.ts'

/**
 * The versions after the released ones. The first adds a column that the next program writes and reads, and an index that can do
 * what an old one does; both programs work with it. The second, which is for when no old node is left, takes the old index away.
 */
export function nextVersions(released: readonly SchemaVersion[]): readonly SchemaVersion[] {
  return [
    {
      statements: () => ['ALTER TABLE family ADD COLUMN last_used_at bigint'],
      concurrentIndexes: { family_use: 'ON family (client_id, last_used_at)' },
      oldestProgram: released.at(-1)?.oldestProgram ?? 1,
    },
    {
      statements: () => ['DROP INDEX family_client'],
      oldestProgram: released.length + 1,
    },
  ]
}
