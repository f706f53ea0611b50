import type { SendHandle } from 'node:child_process'
import type { Server } from 'node:net'
import { StartError } from './start-error.ts'

/** Where a listener is to listen, and what an operator changes to choose another place. */
export type ListenAddress = { readonly port: number; readonly host: string; readonly setting: string }

/**
 * Listens, and answers the port that was taken.
 * @throws {StartError} when the address cannot be had
 */
export function listen(server: Server, address: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(explain(error, address)))
    server.listen({ port: address.port, host: address.host }, () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound !== null ? bound.port : address.port)
    })
  })
}

/** Listens on a socket that another process has opened. */
export function listenOn(server: Server, socket: SendHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => resolve())
  })
}

/** Says in a sentence why an address cannot be had. */
export function explain(error: NodeJS.ErrnoException, { port, host, setting }: ListenAddress): StartError {
  const sentence = {
    EADDRINUSE: `port ${port} on ${host} is in use; stop the program that has it, or choose another with ${setting}`,
    EACCES: `port ${port} may not be opened by this user; choose one above 1023 with ${setting}`,
    EADDRNOTAVAIL: `this machine has no address \`${host}\`; choose another with AMBIT_HOST`,
    ENOTFOUND: `\`${host}\` is no address of this machine; choose another with AMBIT_HOST`,
  }[error.code ?? '']
  return new StartError(sentence ?? `cannot listen on ${host}, port ${port}: ${error.message}`, { cause: error })
}
