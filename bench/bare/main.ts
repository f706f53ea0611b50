// Usage: main.ts <mode> <file>
import { createServer } from 'node:http'
import { announce, listen } from '../listening.ts'
import { makeSigningKey } from './es256.ts'
import { openLedger } from './ledger.ts'
import { mintJwt, mintOpaque } from './mint.ts'
import { createBareListener } from './server.ts'

const [mode, file] = process.argv.slice(2)
if ((mode !== 'jwt' && mode !== 'jwt-unstored' && mode !== 'opaque') || !file) {
  throw new Error(`usage: main.ts jwt|jwt-unstored|opaque <file>; the mode was \`${mode}\``)
}

const server = createServer({ keepAliveTimeout: 0 })
const issuer = await listen(server)
const listener = createBareListener({
  issuer,
  mint: mode === 'opaque' ? mintOpaque() : mintJwt(issuer, makeSigningKey()),
  ledger: mode === 'jwt-unstored' ? undefined : openLedger(file),
})
server.on('request', listener)
announce(issuer)
