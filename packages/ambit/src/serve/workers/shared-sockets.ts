import type { SendHandle } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import net from 'node:net'
import { getSystemErrorName } from 'node:util'
import { isObject } from '../../config/fields.ts'
import { explain, type ListenAddress } from '../listen.ts'

/** A socket that is bound and held here, and on which workers listen: what waits in its queue outlives each of them. */
export type SharedSocket = SendHandle & { readonly close: () => void }

/** The sockets of one address, all on the same port. */
export type SharedSockets = {
  readonly port: number
  readonly sockets: readonly SharedSocket[]
  /** Whether the kernel spreads connections over several sockets here; else there is one. */
  readonly isSpread: boolean
}

/** libuv's `UV_TCP_REUSEPORT`. */
const reusePort = 2

/**
 * Binds as many sockets to an address as are wanted, or one where this system spreads no connections over several.
 * @param isHeld whether this program has sockets on this port already, such as for another host, that are shared
 * @throws {StartError} when the address cannot be had
 */
export async function bindSockets(address: ListenAddress, count: number, isHeld = false): Promise<SharedSockets> {
  const place = await resolvePlace(address)
  const isSpread = canSpread(place)
  if (isHeld && isSpread) return { port: place.port, sockets: bindAll(address, place, count), isSpread }
  // one that shares its port would not notice that another program has it
  const probe = bind(address, place, 0)
  const port = portOf(probe, address)
  if (!isSpread) return { port, sockets: [probe], isSpread }
  probe.close()
  return { port, sockets: bindAll(address, { ...place, port }, count), isSpread }
}

/** Adds sockets where there are fewer than are wanted. */
export async function widenSockets(
  address: ListenAddress,
  known: SharedSockets,
  count: number,
): Promise<SharedSockets> {
  const missing = count - known.sockets.length
  if (!known.isSpread || missing <= 0) return known
  const place = { ...(await resolvePlace(address)), port: known.port }
  return { ...known, sockets: [...known.sockets, ...bindAll(address, place, missing)] }
}

function bindAll(address: ListenAddress, place: Place, count: number): readonly SharedSocket[] {
  return Array.from({ length: count }, () => {
    const socket = bind(address, place, reusePort)
    portOf(socket, address)
    return socket
  })
}

function canSpread(place: Place): boolean {
  const socket = create({ ...place, port: 0 }, reusePort)
  if (typeof socket === 'number') return false
  socket.close()
  return true
}

type Place = { readonly ip: string; readonly family: number; readonly port: number }

async function resolvePlace(address: ListenAddress): Promise<Place> {
  try {
    const { address: ip, family } = await lookup(address.host)
    return { ip, family, port: address.port }
  } catch (error) {
    throw explain(error instanceof Error ? error : new Error(String(error)), address)
  }
}

function bind(address: ListenAddress, place: Place, flags: number): SharedSocket {
  const socket = create(place, flags)
  if (typeof socket === 'number') throw failure(address, socket)
  return socket
}

// Node makes a socket that is bound and does not accept here alone; `node:cluster` stands on it, too
function create({ ip, port, family }: Place, flags: number): SharedSocket | number {
  const make: unknown = Reflect.get(net, '_createServerHandle')
  if (typeof make !== 'function') throw new TypeError('this version of Node cannot share sockets among workers')
  return parseSocket(Reflect.apply(make, net, [ip, port, family, undefined, flags]))
}

function parseSocket(made: unknown): SharedSocket | number {
  return made as SharedSocket | number
}

/** Where a port is in use, the system says so only when it is asked for the name of the socket. */
function portOf(socket: SharedSocket, address: ListenAddress): number {
  const name: Record<string, unknown> = {}
  const read: unknown = Reflect.get(socket, 'getsockname')
  const code: unknown = typeof read === 'function' ? Reflect.apply(read, socket, [name]) : 0
  if (typeof code !== 'number' || code === 0) return isObject(name) ? Number(name['port']) : address.port
  socket.close()
  throw failure(address, code)
}

function failure(address: ListenAddress, code: number): Error {
  const name = getSystemErrorName(code)
  return explain(Object.assign(new Error(name), { code: name }), address)
}
