import type { Server } from 'node:http'

/** Listens on a free port of the loopback interface and gives the origin. */
export function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address) resolve(`http://127.0.0.1:${address.port}`)
    })
  })
}

/** Tells the bench, which reads the first line, where this server can be reached. */
export function announce(origin: string): void {
  process.stdout.write(`${origin}\n`)
}
