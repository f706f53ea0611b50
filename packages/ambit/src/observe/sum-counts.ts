import { AggregatorRegistry, type PrometheusContentType } from 'prom-client'
import type { Durations } from './durations.ts'
import { type Counts, createDurations, type Metrics } from './metrics.ts'

/** Adds up what several processes have counted; what cannot be added, such as the delay of event loops, is averaged or left out. */
export async function sumCounts(all: readonly Counts[]): Promise<Counts> {
  const { requests, store } = sumDurations(all)
  return { registry: await sumRegistries(all).getMetricsAsJSON(), requests: requests.counts(), store: store.counts() }
}

/** What stays of a process that has ended: what it counted, and nothing that was true only while it ran. */
export function withoutGauges({ registry, ...durations }: Counts): Counts {
  return { ...durations, registry: registry.filter(metric => !('type' in metric && metric.type === 'gauge')) }
}

/** The sum of what several processes have counted, in the text format. */
export async function printCounts(all: readonly Counts[]): ReturnType<Metrics['print']> {
  const { requests, store } = sumDurations(all)
  const registry = sumRegistries(all)
  return {
    contentType: registry.contentType,
    body: [await registry.metrics(), requests.print(), store.print()].join('\n'),
  }
}

function sumRegistries(all: readonly Counts[]) {
  return AggregatorRegistry.aggregate<PrometheusContentType>(all.map(({ registry }) => registry))
}

function sumDurations(all: readonly Counts[]): { readonly requests: Durations; readonly store: Durations } {
  const sum = createDurations()
  for (const { requests, store } of all) {
    sum.requests.add(requests)
    sum.store.add(store)
  }
  return sum
}
