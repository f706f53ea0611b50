import type { ListenAddress } from '../listen.ts'
import type { ServePlan } from './message.ts'
import { bindSockets, type SharedSocket, type SharedSockets, widenSockets } from './shared-sockets.ts'
import type { WorkerSockets } from './worker.ts'

/** What a pool had open at a time. */
export type OpenSockets = ReadonlyMap<string, SharedSockets>

/** The sockets of the program. They stay open while workers come and go, so that nobody who connects is refused. */
export class SocketPool {
  readonly #open = new Map<string, SharedSockets>()

  /**
   * The sockets of each worker of a plan; those of an address that is listened on already are the same.
   * @throws {StartError} when an address cannot be had
   */
  async forPlan({ addresses, workers }: ServePlan): Promise<readonly WorkerSockets[]> {
    const plain = await this.#openFor('plain', addresses.plain, workers)
    const tls = addresses.tls && (await this.#openFor('tls', addresses.tls, workers))
    return Array.from({ length: workers }, (_, place) => ({
      plain: { port: plain.port, sockets: share(plain.sockets, place, workers) },
      ...(tls && { tls: { port: tls.port, sockets: share(tls.sockets, place, workers) } }),
    }))
  }

  /** What is open now, to go back to. */
  get open(): OpenSockets {
    return new Map(this.#open)
  }

  /**
   * Closes what has been opened since, also beside sockets that were there: where nobody accepts from a socket on which somebody
   * has listened, the kernel still lets its share of the connections wait there, for ever.
   */
  goBackTo(before: OpenSockets): void {
    const kept = new Set([...before.values()].flatMap(({ sockets }) => sockets))
    for (const [key, { sockets }] of this.#open) {
      for (const socket of sockets) if (!kept.has(socket)) socket.close()
      const known = before.get(key)
      if (known) this.#open.set(key, known)
      else this.#open.delete(key)
    }
  }

  /** Closes the sockets of every address that the plan does not name. */
  keepOnly({ addresses }: ServePlan): void {
    const kept = new Set([keyOf('plain', addresses.plain), addresses.tls && keyOf('tls', addresses.tls)])
    for (const [key, { sockets }] of this.#open) {
      if (kept.has(key)) continue
      for (const socket of sockets) socket.close()
      this.#open.delete(key)
    }
  }

  /** Closes all. */
  close(): void {
    for (const { sockets } of this.#open.values()) for (const socket of sockets) socket.close()
    this.#open.clear()
  }

  async #openFor(listener: string, address: ListenAddress, count: number): Promise<SharedSockets> {
    const key = keyOf(listener, address)
    const known = this.#open.get(key)
    const opened = known
      ? await widenSockets(address, known, count)
      : await bindSockets(address, count, this.#holds(address))
    this.#open.set(key, opened)
    return opened
  }

  #holds({ port }: ListenAddress): boolean {
    return [...this.#open.values()].some(held => held.port === port)
  }
}

/** Each socket has somebody who accepts from it; where there are fewer sockets than workers, several share one. */
function share(sockets: readonly SharedSocket[], place: number, workers: number): readonly SharedSocket[] {
  const own = sockets.filter((_, index) => index % workers === place)
  return own.length > 0 ? own : sockets.slice(0, 1)
}

/** Two listeners may each want a free port, which is 0 for both. */
function keyOf(listener: string, { host, port }: ListenAddress): string {
  return `${listener} ${host} ${port}`
}
