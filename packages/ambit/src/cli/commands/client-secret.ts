import { keepSecret } from '../../config/check-credentials.ts'
import { exitCodes, fail, printJson, type Run } from '../command.ts'
import { withStore } from '../open.ts'
import { readClientSecret } from '../secret-input.ts'
import { declared, missing } from './client.ts'

const shortestSecret = 16

/** Gives a client another secret; the one before it stops working unless it is kept. */
export const changeSecret: Run = (input, io) =>
  withStore(input, io, async ({ store, crypto, path, config }) => {
    const client = await store.findClient(input.argument(0))
    if (!client) return missing(io, input.argument(0))
    if (client.isDeclared) return declared(io, client.clientId, path)
    if (!client.authenticationMethod.startsWith('client_secret_'))
      return fail(
        io,
        `client \`${client.clientId}\` authenticates by \`${client.authenticationMethod}\`, without a secret`,
      )
    const secret = await readClientSecret(input, io, crypto.random)
    if (secret.text.length < shortestSecret)
      return fail(io, `a secret of at least ${shortestSecret} characters is wanted`, exitCodes.usage)
    const kept = input.flag('keep') ? client.secretHashes.slice(0, 1) : []
    const sealed = keepSecret(client, config.features, secret.text)
    await store.saveClient({ ...client, ...sealed, secretHashes: [crypto.hash(secret.text), ...kept] })
    const made = secret.isMade ? { secret: secret.text } : {}
    if (input.flag('json')) printJson(io, { clientId: client.clientId, ...made, secrets: kept.length + 1 })
    else {
      io.out(
        `client ${client.clientId} has another secret; the one before it ${kept.length > 0 ? 'works too' : 'is void'}\n`,
      )
      if (made.secret !== undefined) io.out(`secret: ${made.secret}\nIt is shown this once; only its hash is kept.\n`)
    }
    return exitCodes.done
  })
