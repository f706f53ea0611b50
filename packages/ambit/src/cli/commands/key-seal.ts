import { nodeCrypto } from '@ambit/server'
import { exitCodes, type Run } from '../command.ts'

/** Makes a key that seals private keys at rest. */
export const makeSealingKey: Run = (_input, io) => {
  io.out(`${nodeCrypto().random(32)}\n`)
  return Promise.resolve(exitCodes.done)
}
