// RFC 9112 §9.3
import type { Socket } from 'node:net'

/** Connections that wait for another request to the same place. */
export type IdleConnections = {
  /** One that is still good, taken out. */
  readonly take: (place: string) => Socket | undefined
  readonly keep: (place: string, socket: Socket) => void
  readonly close: () => void
}

/** Milliseconds that a connection waits; fewer than the five seconds after which Node's own servers close. */
const patience = 2_000
/** Connections that wait at one place. */
const most = 16

/** Makes an empty pool. A connection that waits does not keep the process alive, and leaves when the other side closes it. */
export function createIdleConnections(): IdleConnections {
  const waiting = new Map<string, Waiting[]>()
  const remove = (place: string, socket: Socket) => {
    const rest = (waiting.get(place) ?? []).filter(each => each.socket !== socket)
    if (rest.length === 0) waiting.delete(place)
    else waiting.set(place, rest)
  }
  return {
    take: place => {
      const found = waiting.get(place)?.findLast(({ socket }) => !socket.destroyed && socket.writable)
      if (found === undefined) return undefined
      remove(place, found.socket)
      found.wake()
      return found.socket
    },
    keep: (place, socket) => {
      const others = waiting.get(place) ?? []
      if (others.length >= most) return void socket.destroy()
      const wake = sleep(socket, () => remove(place, socket))
      waiting.set(place, [...others, { socket, wake }])
    },
    close: () => {
      for (const { socket } of [...waiting.values()].flat()) socket.destroy()
      waiting.clear()
    },
  }
}

type Waiting = { readonly socket: Socket; readonly wake: () => void }

/** Lets a connection wait; whatever comes on it meanwhile ends it, so that no later request takes it for its answer. */
function sleep(socket: Socket, onEnd: () => void): () => void {
  const leave = () => {
    onEnd()
    socket.destroy()
  }
  const events = ['data', 'end', 'error', 'close', 'timeout'] as const
  for (const event of events) socket.on(event, leave)
  socket.setTimeout(patience).unref()
  return () => {
    for (const event of events) socket.removeListener(event, leave)
    socket.setTimeout(0).ref()
  }
}
