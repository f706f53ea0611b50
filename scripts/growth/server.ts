// Usage: server.ts <path or URL of the store>
import { startServer } from 'ambit'
import { announce } from '../../bench/listening.ts'
import { configure } from './clients.ts'

const store = process.argv[2]
if (store === undefined) throw new Error('the store is missing')

const server = await startServer(configure(store))
announce(server.issuer)
process.once('SIGTERM', () => void server.close().finally(() => process.exit(0)))
