import type * as NodeCrypto from 'node:crypto'

/** `node:crypto` where the runtime has it, asked for at run time so that nothing has to be imported elsewhere. */
export function builtInCrypto(): typeof NodeCrypto | undefined {
  return typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:crypto')
}
