import { after } from 'node:test'
import { storeContract } from '../testing/store-contract.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

const folder = makeFolder()
after(() => folder.remove())

storeContract('store in SQLite', async () => sqliteStore({ path: folder.file() }))
