import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argon2Passwords, nodeCrypto } from '@ambit/server'
import { exitCodes, fail, type Run } from '../command.ts'
import { initialConfig } from '../initial-config.ts'

const fileName = 'ambit.config.ts'

/** Writes a configuration that works as it is; the secrets in it are hashes, and what they are hashes of is printed once. */
export const init: Run = async (input, io) => {
  const path = join(io.folder, fileName)
  if (existsSync(path) && !input.flag('force'))
    return fail(io, `there is a \`${fileName}\` already; --force replaces it`)
  const crypto = nodeCrypto()
  const [shopSecret, reportSecret, password] = [crypto.random(32), crypto.random(32), crypto.random(9)]
  const text = initialConfig({
    shopSecretHash: crypto.hash(shopSecret),
    reportSecretHash: crypto.hash(reportSecret),
    passwordHash: await argon2Passwords().hash(password),
  })
  writeFileSync(path, text, { mode: 0o600, flag: input.flag('force') ? 'w' : 'wx' })
  io.out(`wrote ${path}

  client shop, secret    ${shopSecret}
  client report, secret  ${reportSecret}
  user demo, password    ${password}

These are shown this once; the file holds their hashes. Start the server with \`ambit serve\`.
`)
  return exitCodes.done
}
