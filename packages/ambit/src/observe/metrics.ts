import type { Observe, ServerEvent } from '@ambit/server'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type CountedDurations, Durations } from './durations.ts'

/** One answered request. */
type RequestMeasure = {
  readonly place: string
  readonly method: string
  readonly status: number
  readonly seconds: number
}

/** Counts and measures, as Prometheus reads them. */
export type Metrics = {
  readonly observe: Observe
  readonly countRequest: (measure: RequestMeasure) => void
  readonly countStoreCall: (method: string, seconds: number) => void
  readonly countSwept: (rows: number, seconds: number) => void
  readonly setReady: (isReady: boolean) => void
  /** How many nodes serve, and how many of the others run with another configuration. */
  readonly setNodes: (nodes: { readonly count: number; readonly differing: number }) => void
  /** By how many seconds this clock is ahead of the store's. */
  readonly setClockAhead: (seconds: number) => void
  /** What was counted, to be added to what other processes counted. */
  readonly counts: () => Promise<Counts>
  /** The whole in the text format, and its media type. */
  readonly print: () => Promise<{ readonly contentType: string; readonly body: string }>
}

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const storeBuckets = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1]

/** What one process has counted and measured. */
export type Counts = {
  readonly registry: readonly object[]
  readonly requests: CountedDurations
  readonly store: CountedDurations
}

/** The durations that every process counts. */
export function createDurations(): { readonly requests: Durations; readonly store: Durations } {
  const requests = new Durations({
    name: 'ambit_http_request_duration_seconds',
    help: 'answered requests by endpoint, method and status',
    labelNames: ['place', 'method', 'status'],
    buckets: requestBuckets,
  })
  const store = new Durations({
    name: 'ambit_store_duration_seconds',
    help: 'calls of the store by method',
    labelNames: ['method'],
    buckets: storeBuckets,
  })
  return { requests, store }
}

/** Makes the program's metrics, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const { requests, store } = createDurations()
  const swept = new Counter({ name: 'ambit_swept_rows_total', help: 'expired rows that were removed', registers })
  const sweeps = new Histogram({ name: 'ambit_sweep_duration_seconds', help: 'batches of the sweep', registers })
  const ready = new Gauge({
    name: 'ambit_ready',
    help: '1 while requests are wanted, else 0',
    aggregator: 'max',
    registers,
  })
  const printAll = async () => [await registry.metrics(), requests.print(), store.print()].join('\n')
  return {
    observe: countEvents(registry),
    countRequest: ({ place, method, status, seconds }) => requests.observe([place, method, String(status)], seconds),
    countStoreCall: (method, seconds) => store.observe([method], seconds),
    countSwept: (rows, seconds) => {
      swept.inc(rows)
      sweeps.observe(seconds)
    },
    setReady: isReady => ready.set(isReady ? 1 : 0),
    ...measureNodes(registry),
    counts: async () => ({
      registry: await registry.getMetricsAsJSON(),
      requests: requests.counts(),
      store: store.counts(),
    }),
    print: async () => ({ contentType: registry.contentType, body: await printAll() }),
  }
}

/** The workers of one machine see the same: one of them is taken for all. */
function measureNodes(registry: Registry): Pick<Metrics, 'setNodes' | 'setClockAhead'> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `ambit_${name}`, help, aggregator: 'first', registers: [registry] })
  const nodes = gauge('nodes', 'nodes that serve with this store')
  const differing = gauge('nodes_differing', 'other nodes that run with another configuration')
  const ahead = gauge('clock_skew_seconds', "by how much this clock is ahead of the store's")
  return {
    setNodes: found => {
      nodes.set(found.count)
      differing.set(found.differing)
    },
    setClockAhead: seconds => ahead.set(seconds),
  }
}

/** What events are counted by. */
function makeCounters(registry: Registry) {
  const counter = <const L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter<L>({ name: `ambit_${name}_total`, help, labelNames, registers: [registry] })
  const issued = tallied(registry, {
    name: 'ambit_tokens_issued_total',
    help: 'token responses by grant type',
    label: 'grant_type',
  })
  const dropped = counter('scopes_dropped', 'scopes that were asked for and not issued', [])
  const refused = counter('requests_refused', 'refusals by endpoint and error code', ['place', 'error'])
  const replays = counter('replays', 'codes, refresh tokens and assertions that came twice', ['of'])
  const repeats = counter('refresh_repeats', 'refresh tokens answered the same within the grace', [])
  const revoked = counter('tokens_revoked', 'tokens that their client took back', ['of'])
  const logins = counter('logins', 'logins by their end', ['result'])
  const consents = counter('consents', 'consent pages by their answer', ['decision'])
  const clients = counter('clients_changed', 'clients that registered, changed or deleted themselves', ['change'])
  const keys = counter('keys_created', 'signing keys that were made', ['algorithm'])
  const failures = counter('requests_failed', 'requests that ended in an exception', ['place'])
  const unavailable = counter('requests_unavailable', 'requests answered 503 because the store was unavailable', [
    'place',
  ])
  return { issued, dropped, refused, replays, repeats, revoked, logins, consents, clients, keys, failures, unavailable }
}

function countEvents(registry: Registry): Observe {
  const {
    issued,
    dropped,
    refused,
    replays,
    repeats,
    revoked,
    logins,
    consents,
    clients,
    keys,
    failures,
    unavailable,
  } = makeCounters(registry)
  return (event: ServerEvent): void => {
    switch (event.kind) {
      case 'token.issued':
        issued(event.grantType)
        return event.refused > 0 ? dropped.inc(event.refused) : undefined
      case 'request.refused':
        return refused.inc({ place: event.place, error: event.error })
      case 'replay.detected':
        return replays.inc({ of: event.of })
      case 'refresh.repeated':
        return repeats.inc()
      case 'token.revoked':
        return revoked.inc({ of: event.of })
      case 'login.succeeded':
        return logins.inc({ result: 'succeeded' })
      case 'login.raised':
        return logins.inc({ result: 'raised' })
      case 'login.failed':
        return logins.inc({ result: event.isThrottled ? 'throttled' : 'failed' })
      case 'consent.given':
        return consents.inc({ decision: 'allow' })
      case 'consent.denied':
        return consents.inc({ decision: 'deny' })
      case 'client.changed':
        return clients.inc({ change: event.change })
      case 'key.created':
        return keys.inc({ algorithm: event.algorithm })
      case 'request.unavailable':
        return unavailable.inc({ place: event.place })
      case 'request.failed':
        return failures.inc({ place: event.place })
      case 'grant.changed':
      case 'session.ended':
      case 'user.revoked':
      case 'clock.skewed':
      case 'warning':
        return undefined
    }
  }
}

/** A counter by one label for what happens on every request: it is added up here, and told when somebody reads it. */
function tallied(
  registry: Registry,
  { label, ...described }: { readonly name: string; readonly help: string; readonly label: string },
): (value: string) => void {
  const tally = new Map<string, number>()
  new Counter({
    ...described,
    labelNames: [label],
    registers: [registry],
    collect() {
      for (const [value, count] of tally) this.inc({ [label]: value }, count)
      tally.clear()
    },
  })
  return value => void tally.set(value, (tally.get(value) ?? 0) + 1)
}
