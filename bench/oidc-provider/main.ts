// Usage: main.ts [<database URL> [<workers>]]
import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { announce, listen } from '../listening.ts'
import { type Configuration, configure, makeSecrets, parseSecrets } from './configuration.ts'
import { createMemoryAdapter } from './memory.ts'
import { createPostgresAdapter, preparePostgres } from './postgres.ts'

const [database, workers = '1'] = process.argv.slice(2)
const secretsVariable = 'BENCH_PROVIDER_SECRETS'

if (cluster.isPrimary && Number(workers) > 1) await serveByWorkers(Number(workers))
else await serve()

async function serve(): Promise<void> {
  const adapter: Configuration['adapter'] = database
    ? createPostgresAdapter(await preparePostgres(database))
    : createMemoryAdapter
  const given = process.env[secretsVariable]
  const server = createServer({ keepAliveTimeout: 0 })
  const issuer = await listen(server)
  const provider = new Provider(issuer, configure(adapter, given ? parseSecrets(given) : makeSecrets()))
  server.on('request', provider.callback())
  if (cluster.isPrimary) announce(issuer)
  else process.send?.(issuer)
}

/** Workers share the port, the keys, and the database; the first makes its table. */
async function serveByWorkers(count: number): Promise<void> {
  const environment = { [secretsVariable]: JSON.stringify(makeSecrets()) }
  let issuer = ''
  for (let worker = 0; worker < count; worker++) {
    const message: readonly unknown[] = await once(cluster.fork(environment), 'message')
    issuer = String(message[0])
  }
  process.once('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
    process.exit(0)
  })
  announce(issuer)
}
