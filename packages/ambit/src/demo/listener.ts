import { createServer, type RequestListener } from 'node:http'
import { type Handle, nodeHandler } from '../edge/node.ts'
import { nodeServerOptions } from '../edge/node-server-options.ts'
import { listen } from '../serve/listen.ts'

/** A port that is open, and answers 503 until it is told how to answer. */
export type DemoListener = {
  readonly port: number
  readonly serve: (handle: Handle) => void
  readonly close: () => Promise<void>
}

/** The environment variable that chooses the first of the demonstration's three ports. */
export const portVariable = 'AMBIT_DEMO_PORT'

/**
 * Opens a port on loopback; 0 takes a free one.
 * @throws {StartError} when the port is in use
 */
export async function openDemoListener(port: number): Promise<DemoListener> {
  let answer: RequestListener = (_incoming, outgoing) => outgoing.writeHead(503, { 'retry-after': '1' }).end()
  const server = createServer(nodeServerOptions, (incoming, outgoing) => answer(incoming, outgoing))
  const taken = await listen(server, { port, host: '127.0.0.1', setting: portVariable })
  return {
    port: taken,
    serve: handle => {
      answer = nodeHandler(handle)
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
