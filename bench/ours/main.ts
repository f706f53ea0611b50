// Usage: main.ts <path or URL of the store> [everything]
import { startServer } from 'ambit'
import { announce } from '../listening.ts'
import { configure } from './configuration.ts'

const [store, mode] = process.argv.slice(2)
if (store === undefined) throw new Error('the store is missing')

const server = await startServer(configure(store, mode === 'everything'))
announce(server.issuer)
process.once('SIGTERM', () => void server.close().finally(() => process.exit(0)))
