export { memoryStore } from './memory/memory-store.ts'
export { type SqliteStoreOptions, sqliteStore } from './sqlite/node/sqlite-store.ts'
