import { isObject } from '../../config/fields.ts'
import type { Override } from '../../config/overrides.ts'
import type { Counts, Metrics } from '../../observe/metrics.ts'
import type { ListenAddresses } from '../listeners.ts'
import type { Role } from '../program-part.ts'
import type { RunningServer } from '../start.ts'

/** Where a worker finds its configuration: in the same place as the program above it. */
export type ConfigSource = {
  readonly folder: string
  readonly file?: string
  /** Values of command-line options. */
  readonly overrides: readonly Override[]
}

/** What a worker's configuration asks of the program: how many workers, on which addresses. */
export type ServePlan = { readonly workers: number; readonly addresses: ListenAddresses }

/** What a worker says of itself when it serves. */
export type Serving = Pick<RunningServer, 'origin' | 'issuer' | 'port' | 'tlsOrigin'>

/** The port of each address that has sockets. */
export type Ports = { readonly [K in keyof ListenAddresses]?: number }

/** What the program tells a worker. */
export type ToWorker =
  | { readonly kind: 'load'; readonly number: number; readonly source: ConfigSource }
  /** A socket comes beside this message. */
  | { readonly kind: 'socket'; readonly listener: keyof ListenAddresses }
  | { readonly kind: 'begin'; readonly ports: Ports; readonly role: Role }
  /** A socket of a worker that cannot serve comes beside this message. */
  | { readonly kind: 'lend'; readonly listener: keyof ListenAddresses }
  /** Everything that was lent is given back. */
  | { readonly kind: 'return' }
  | { readonly kind: 'beat' }
  | { readonly kind: 'count' }
  | { readonly kind: 'sum'; readonly id: number; readonly sum: Awaited<ReturnType<Metrics['print']>> }
  /** With a span to linger, another worker has taken over; without, the program ends. */
  | { readonly kind: 'end'; readonly linger: number }

/** What a worker tells the program. */
export type FromWorker =
  | { readonly kind: 'loaded'; readonly plan: ServePlan }
  | { readonly kind: 'serving'; readonly serving: Serving }
  /** It cannot serve, for a reason that its operator can remove. */
  | { readonly kind: 'failed'; readonly sentence: string; readonly isConfig: boolean }
  | { readonly kind: 'beat' }
  | { readonly kind: 'counted'; readonly counts: Counts }
  /** Somebody asks this worker for the metrics of all. */
  | { readonly kind: 'ask-sum'; readonly id: number }

const kinds: ReadonlySet<unknown> = new Set([
  ...([
    'load',
    'socket',
    'begin',
    'lend',
    'return',
    'beat',
    'count',
    'sum',
    'end',
  ] as const satisfies readonly ToWorker['kind'][]),
  ...(['loaded', 'serving', 'failed', 'counted', 'ask-sum'] as const satisfies readonly FromWorker['kind'][]),
])

/** Reads what came from the program; both sides are of one program and version. */
export function parseToWorker(message: unknown): ToWorker | undefined {
  return isMessage(message) ? (message as ToWorker) : undefined
}

/** Reads what came from a worker. */
export function parseFromWorker(message: unknown): FromWorker | undefined {
  return isMessage(message) ? (message as FromWorker) : undefined
}

function isMessage(message: unknown): boolean {
  return isObject(message) && kinds.has(message['kind'])
}
