import type { SendHandle } from 'node:child_process'
import type { HttpRequest, ServerMetadata } from '@ambit/protocol'
import type { Catalogue, CatalogueDeclaration } from '@ambit/scope'
import { argon2Passwords, type Clock, nodeCrypto, type Observe, type Store } from '@ambit/server'
import { checkConfig } from '../config/check-config.ts'
import { type Config, issuerOf } from '../config/config.ts'
import type { ConfigDeclaration } from '../config/declaration.ts'
import { createBookmark } from '../nodes/bookmark.ts'
import { join, type Membership } from '../nodes/join.ts'
import type { Log } from '../observe/log.ts'
import { maskSecrets } from '../observe/mask-secrets.ts'
import { measuredStore } from '../observe/measured-store.ts'
import { createMetrics, type Metrics } from '../observe/metrics.ts'
import { type Assembly, assemble, type Foundation } from './assemble.ts'
import { type BackgroundTask, startBackground, type Timer, unrefTimer } from './background.ts'
import { systemClock } from './clock.ts'
import { removeUndeclared, storeDeclared } from './declare.ts'
import { LostTokens } from './end-lost.ts'
import { createFront } from './front.ts'
import { createLifetime, type Lifetime } from './lifetime.ts'
import { type ListenAddresses, type Listener, openListeners, openMetricsListener } from './listeners.ts'
import { openStore } from './open-store.ts'
import type { ProgramPart } from './program-part.ts'
import { clockOverSleep, serveWhoWaits, storeWhileAwake, watchStandstill } from './standstill.ts'
import { StartError } from './start-error.ts'
import { certificateTask, keyTask, lostTokensTask, presenceTask, sweepTask } from './tasks.ts'
import { warnOfProxy } from './warn-of-proxy.ts'

/** What a program that embeds the server may bring along. */
export type StartOptions = {
  /** For `secretEnv` and `passwordEnv`; empty where it is left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Relative paths begin here; the working directory where it is left out. */
  readonly directory?: string
  /** Takes part in the stream of events, beside log and metrics. */
  readonly observe?: Observe
  readonly log?: Log
  readonly clock?: Clock
  readonly timer?: Timer
}

/** A server that runs. */
export type RunningServer = {
  /** Where it listens, as a URL without a path. */
  readonly origin: string
  readonly issuer: string
  readonly port: number
  readonly metadata: ServerMetadata
  readonly store: Store
  /** Where it listens by TLS, where that has a port of its own. */
  readonly tlsOrigin?: string
  /** Where `/metrics` is served on a port of its own. */
  readonly metricsOrigin?: string
  /** Stops accepting, lets requests that are under way end, and closes the store; a second call waits for the first. */
  readonly close: () => Promise<void>
}

/**
 * Starts a server in this process.
 * @throws {ConfigError} with all problems of the configuration at once
 * @throws {StartError} when the port or the store cannot be had
 * @example
 * const server = await startServer({ port: 0, store: 'memory', catalogue: { scopes: { read_pets: {} } } })
 * await fetch(`${server.origin}/healthz`)
 * await server.close()
 */
export function startServer<const D extends Catalogue | CatalogueDeclaration>(
  declaration: ConfigDeclaration<D>,
  options: StartOptions = {},
): Promise<RunningServer> {
  const { environment = {}, directory = process.cwd() } = options
  const config = checkConfig(declaration, { environment, directory })
  if (config.workers !== undefined)
    return Promise.reject(new StartError('`workers` are for `ambit serve`; a server within a program is one process'))
  return startConfigured(config, options)
}

/** A server as its own program sees it. */
export type ServingProcess = RunningServer & {
  /** Closes it after another has taken over: connections may stay silent for so many milliseconds. */
  readonly handOver: (linger: number) => Promise<void>
  /** Accepts from one more socket for as long as the process that it belongs to cannot; the answer ends that. */
  readonly acceptFrom: (listener: keyof ListenAddresses, socket: SendHandle) => Promise<() => void>
  /** What this process has counted. */
  readonly counts: Metrics['counts']
}

type ServeOptions = StartOptions & { readonly part?: ProgramPart }

/** Starts a server from a configuration that is checked; what was opened is closed again where it fails. */
export async function startConfigured(config: Config, options: ServeOptions = {}): Promise<ServingProcess> {
  const lifetime = createLifetime()
  try {
    return await start(config, options, lifetime)
  } catch (error) {
    await lifetime.close()
    throw error
  }
}

async function openMeasuredStore(config: Config, { log }: StartOptions, metrics: Metrics): Promise<Store> {
  const store = await openStore(config, message => log?.say('info', `store: ${message}`))
  return measuredStore(store, metrics.countStoreCall, () => performance.now())
}

async function start(config: Config, options: ServeOptions, lifetime: Lifetime): Promise<ServingProcess> {
  const { part, clock = systemClock() } = options
  const metrics = createMetrics()
  const standstill = watchStandstill(clockOverSleep(() => performance.now(), Date.now))
  const store = storeWhileAwake(await openMeasuredStore(config, options, metrics), standstill)
  lifetime.onClose(() => store.close())
  const listeners = await openListeners(config, lifetime, part?.listeners)
  const [listener, beside] = listeners
  const issuer = issuerOf(config, listener.port)
  const observe = fanOut([metrics.observe, options.log?.observe, options.observe])
  const foundation = { issuer, store, clock, crypto: nodeCrypto(), observe }
  const membership = await join(config, foundation, { metrics, lifetime })
  const { role = 'first' } = part ?? {}
  const lost = lostTokensOf(config, foundation, membership)
  const isSettled = role === 'first' ? await applyConfig(config, foundation, { ...membership, lost }) : role === 'other'
  const goesOn = role !== 'other' && !lost.isDone
  const assembly = await assemble(config, foundation)
  const told = {
    printMetrics: part?.printMetrics ?? metrics.print,
    notes: () => [...membership.presence.notes(), ...(goesOn ? lost.notes() : [])],
  }
  const around = { foundation, metrics, lifetime, log: options.log, ...told }
  for (const each of listeners)
    each.serve(serveWhoWaits(frontOf(config, assembly, { ...around, listener: each }), standstill, unrefTimer))
  const metricsOrigin = part ? undefined : await openMetricsListener(config, metrics, lifetime)
  const settle = () => removeUndeclared(config, { ...foundation, ...membership })
  const repeated = [
    presenceTask(membership.presence, settle, isSettled),
    sweepTask(store, { clock, metrics, lease: membership.sweepLease, presence: membership.presence }),
    ...(goesOn ? [lostTokensTask(lost)] : []),
  ]
  lifetime.onClose(startTasks(assembly, { repeated, listeners, ...options }))
  metrics.setReady(true)
  standstill.begin()
  // whatever clock the rest goes by: it is this process's own event loop that is watched
  lifetime.onClose(startBackground([standstill.task], { timer: unrefTimer, onError: () => undefined }))
  for (const each of listeners) await each.accept()
  return {
    origin: listener.origin,
    issuer,
    port: listener.port,
    metadata: assembly.server.metadata,
    store,
    ...(beside && { tlsOrigin: beside.origin }),
    ...(metricsOrigin !== undefined && { metricsOrigin }),
    close: () => lifetime.close(),
    handOver: linger => lifetime.close(linger),
    acceptFrom: (name, socket) => (name === 'tls' && beside ? beside : listener).acceptFrom(socket),
    counts: metrics.counts,
  }
}

/**
 * What is done once for a configuration, however many processes serve it.
 * @returns whether nothing of it is left to be done later
 */
async function applyConfig(
  config: Config,
  foundation: Foundation,
  { isAgreed, lost }: Pick<Membership, 'isAgreed'> & { readonly lost: LostTokens },
): Promise<boolean> {
  warnOfProxy(config, foundation.observe)
  const isSettled = await storeDeclared(config, { ...foundation, isAgreed, passwords: argon2Passwords() })
  await lost.goOn(lostTokensAtStart)
  return isSettled
}

/** For how many milliseconds a start goes through users before it serves; behind that it goes on beside the traffic. */
const lostTokensAtStart = 1_000

function lostTokensOf(config: Config, foundation: Foundation, membership: Membership): LostTokens {
  const { presence, isAgreed, lostLease: lease } = membership
  const bookmark = createBookmark(`lost tokens ${presence.running}`, foundation)
  return new LostTokens(config, { ...foundation, running: presence.running, isAgreed, lease, bookmark })
}

type Around = {
  readonly foundation: Foundation
  readonly metrics: Metrics
  readonly lifetime: Lifetime
  readonly log: Log | undefined
  readonly listener: Listener
  readonly printMetrics: Metrics['print']
  readonly notes: () => readonly string[]
}

function frontOf(config: Config, { server, keyRing }: Assembly, around: Around) {
  const { foundation, metrics, lifetime, log, listener, printMetrics, notes } = around
  return createFront({
    handle: server.handle,
    basePath: server.context.basePath,
    endpoints: server.context.mounted.endpoints,
    probes: {
      isClosing: () => lifetime.isClosing() && !lifetime.isHandedOver(),
      ping: foundation.store.ping,
      keyCount: () => keyRing.jwks().keys.length,
      notes,
      metrics: { setReady: metrics.setReady, print: printMetrics },
      hasMetrics: config.metricsPort === undefined && !server.context.isHttps,
    },
    isClosing: lifetime.isClosing,
    metrics,
    trustedProxies: config.trustedProxies,
    certificateField: listener.asksForCertificates ? undefined : config.certificateField,
    millis: () => performance.now(),
    onError: (error, request) => log?.say('error', 'request failed at the edge', describeFailure(error, request)),
  })
}

type Tasking = Pick<StartOptions, 'log' | 'timer'> & {
  readonly repeated: readonly BackgroundTask[]
  readonly listeners: readonly Listener[]
}

function startTasks(
  { keyRing, server }: Assembly,
  { repeated, listeners, log, timer = unrefTimer }: Tasking,
): () => Promise<void> {
  const reloads = listeners.flatMap(({ reload }) => reload ?? []).map(certificateTask)
  const ofFeatures = server.context.mounted.tasks.map(task => ({ ...task, run: () => task.run(server.context) }))
  return startBackground([keyTask(keyRing), ...repeated, ...reloads, ...ofFeatures], {
    timer,
    onError: (name, error) =>
      log?.say('error', `background work failed: ${name}`, { error: maskSecrets(String(error)) }),
  })
}

function fanOut(observers: readonly (Observe | undefined)[]): Observe {
  const present = observers.filter(each => each !== undefined)
  return event => {
    for (const observe of present) observe(event)
  }
}

function describeFailure(error: unknown, request: HttpRequest): Readonly<Record<string, unknown>> {
  return { method: request.method, path: maskSecrets(request.path), error: maskSecrets(String(error)) }
}
