import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Outbound, OutboundRequest, OutboundResponse } from '../ports/world.ts'
import { isGlobalUnicast } from './outbound-address.ts'
import { OutboundError } from './outbound-error.ts'
import { type ResolvedAddress, sendOutbound } from './outbound-send.ts'
import { type OutboundTarget, parseAllowedOrigins, readTarget } from './outbound-target.ts'
import { type OutboundLimits, OutboundTurns } from './outbound-turns.ts'

/** The IP addresses of a host name. */
type Resolve = (hostname: string) => Promise<readonly string[]>

/** How strangers' addresses are reached. */
export type OutboundOptions = {
  /** Origins, such as `http://127.0.0.1:9000`, that may be called although they are private or plain http: for development. */
  readonly dangerouslyAllow?: readonly string[]
  /** Asks the name servers, and not the machine's own table of hosts, where it is left out. */
  readonly resolve?: Resolve
  /** At most 32 requests run at once, 4 to one host, and 128 wait, 16 for one host, where it is left out. */
  readonly limits?: OutboundLimits
  /** Certificates in PEM that are trusted instead of the machine's own. */
  readonly ca?: readonly string[]
  /** Calls back after some milliseconds, unless what it answers is called before. */
  readonly startTimer?: (milliseconds: number, expire: () => void) => () => void
}

const defaultLimits: OutboundLimits = { running: 32, runningPerHost: 4, waiting: 128, waitingPerHost: 16 }
/** No more addresses of a name are tried, or a name could make the server call a whole network. */
const mostAddresses = 8

/**
 * Reaches addresses that strangers name, over Node's own http: https only, every address judged before it is connected, no
 * redirects, nothing decompressed, time and size limited, a few at once. Connections are shared with nothing.
 * @throws {RangeError} for an allowed origin that is none
 */
export function nodeOutbound(options: OutboundOptions = {}): Outbound {
  const { dangerouslyAllow = [], limits = defaultLimits, startTimer = runtimeTimer } = options
  const allowed = parseAllowedOrigins(dangerouslyAllow)
  const turns = new OutboundTurns(limits)
  return async request => {
    const target = readTarget(request.url, allowed)
    const { late, stop } = startDeadline(startTimer, request.timeoutMillis)
    try {
      return await callInTurn({ target, request, late, turns, options })
    } catch (error) {
      throw error instanceof OutboundError ? error : new OutboundError('unreachable', reasonOf(target, error))
    } finally {
      stop()
    }
  }
}

type Call = {
  readonly target: OutboundTarget
  readonly request: OutboundRequest
  /** Rejects when the time is over. */
  readonly late: Promise<never>
  readonly turns: OutboundTurns
  readonly options: OutboundOptions
}

async function callInTurn({ target, request, late, turns, options }: Call): Promise<OutboundResponse> {
  const { url } = target
  const leave = await turns.enter(url.hostname, late)
  try {
    const addresses = await Promise.race([findAddresses(target, options.resolve), late])
    return await sendOutbound({ url, request, addresses, late, ...(options.ca && { ca: options.ca }) })
  } finally {
    leave()
  }
}

/** The addresses of a host, each of them one that may be called. */
async function findAddresses(
  { url, isAllowed }: OutboundTarget,
  resolve?: Resolve,
): Promise<readonly ResolvedAddress[]> {
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const ask = resolve ?? (isAllowed ? resolveByMachine : resolveByServers)
  const found = isIP(literal) === 0 ? (await ask(literal)).slice(0, mostAddresses) : [literal]
  const refused = isAllowed ? undefined : found.find(address => !isGlobalUnicast(address))
  if (refused !== undefined)
    throw new OutboundError(
      'refused',
      `the address is not called: \`${url.hostname}\` is at ${refused}, which is not public`,
    )
  if (found.length === 0) throw new OutboundError('unreachable', `\`${url.hostname}\` has no address`)
  return found.map(address => ({ address, family: isIP(address) === 4 ? 4 : 6 }))
}

/** Off the thread pool, which a slow name server could otherwise fill. */
const resolveByServers: Resolve = async hostname => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  return answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []))
}

const resolveByMachine: Resolve = async hostname =>
  (await lookup(hostname, { all: true })).map(({ address }) => address)

function startDeadline(
  startTimer: NonNullable<OutboundOptions['startTimer']>,
  milliseconds: number,
): { readonly late: Promise<never>; readonly stop: () => void } {
  const { promise, reject } = Promise.withResolvers<never>()
  const expire = () => reject(new OutboundError('late', `no whole answer within ${milliseconds} ms`))
  return { late: promise, stop: startTimer(milliseconds, expire) }
}

function runtimeTimer(milliseconds: number, expire: () => void): () => void {
  const timer = setTimeout(expire, milliseconds)
  return () => clearTimeout(timer)
}

function reasonOf({ url }: OutboundTarget, error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return `\`${url.origin}\` cannot be reached: ${typeof code === 'string' ? code : String(error)}`
}
