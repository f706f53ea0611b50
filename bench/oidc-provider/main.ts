import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { announce, listen } from '../listening.ts'
import { configuration } from './configuration.ts'

const server = createServer({ keepAliveTimeout: 0 })
const issuer = await listen(server)
const provider = new Provider(issuer, configuration)
server.on('request', provider.callback())
announce(issuer)
