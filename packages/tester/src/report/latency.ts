import type { LatencySample } from '../run/run-record.ts'

/** Milliseconds of some calls, by the nearest rank: each figure is the time of a call that was made. */
export type Percentiles = {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** The calls of one hour of the day. */
export type HourLatency = { readonly hour: number } & Percentiles

/** How long calls took, by kind, operation and hour. */
export type LatencyReport = {
  readonly kinds: readonly ({ readonly kind: LatencySample['kind'] } & Percentiles)[]
  readonly operations: readonly ({ readonly operation: string } & Percentiles)[]
  /** Of each kind, the hours in which there were calls, in the zone that was asked for. */
  readonly hours: readonly { readonly kind: LatencySample['kind']; readonly hours: readonly HourLatency[] }[]
  readonly timeZone: string
}

const kinds = ['token_endpoint', 'guarded', 'public'] as const satisfies readonly LatencySample['kind'][]

/**
 * The percentiles of some durations, by the nearest rank: the smallest value that is not below the given share of all values.
 * `undefined` where there are none.
 */
export function percentilesOf(durations: readonly number[]): Percentiles | undefined {
  const sorted = durations.toSorted((a, b) => a - b)
  const max = sorted.at(-1)
  if (max === undefined) return undefined
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? max
  return { count: sorted.length, p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max }
}

/** Gathers what the run measured; `timeZone` is an IANA name and decides what an hour of the day is. */
export function latencyReport(samples: readonly LatencySample[], timeZone: string): LatencyReport {
  const byKind = Map.groupBy(samples, ({ kind }) => kind)
  const byOperation = Map.groupBy(samples, ({ operation }) => operation)
  const hourOf = hourIn(timeZone)
  return {
    kinds: kinds.flatMap(kind => withFigures({ kind }, byKind.get(kind))),
    operations: [...byOperation]
      .flatMap(([operation, same]) => (operation === undefined ? [] : withFigures({ operation }, same)))
      .sort((a, b) => b.p95 - a.p95),
    hours: kinds.flatMap(kind => {
      const hours = [...Map.groupBy(byKind.get(kind) ?? [], ({ at }) => hourOf(at))]
        .flatMap(([hour, same]) => withFigures({ hour }, same))
        .sort((a, b) => a.hour - b.hour)
      return hours.length === 0 ? [] : [{ kind, hours }]
    }),
    timeZone,
  }
}

function withFigures<Key extends object>(
  key: Key,
  samples: readonly LatencySample[] = [],
): readonly (Key & Percentiles)[] {
  const figures = percentilesOf(samples.map(({ duration }) => duration))
  return figures === undefined ? [] : [{ ...key, ...figures }]
}

function hourIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone })
  return at => Number(format.format(at))
}
