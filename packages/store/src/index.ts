export { memoryStore } from './memory/memory-store.ts'
export { type PostgresStoreOptions, postgresStore } from './postgres/node/postgres-store.ts'
export { schemaVersion } from './schema-version.ts'
export { type SqliteStoreOptions, sqliteStore } from './sqlite/node/sqlite-store.ts'
