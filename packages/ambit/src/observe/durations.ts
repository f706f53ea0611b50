/** What is measured, and how finely; the names of the labels in the order in which their values are given. */
export type DurationsOptions = {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  /** Upper bounds in seconds, growing. */
  readonly buckets: readonly number[]
}

/** Durations that share their labels. */
type Series = { readonly labels: string; readonly counts: number[]; sum: number }

/** The durations of one process, by the key of their labels, to be added to those of others. */
export type CountedDurations = readonly (readonly [key: string, series: Readonly<Series>])[]

/**
 * A Prometheus histogram for what happens on every request: a general one looks at all labels again for each observation,
 * this one finds their series by one key. Label values must be of a bounded number.
 */
export class Durations {
  readonly #options: DurationsOptions
  readonly #series = new Map<string, Series>()

  constructor(options: DurationsOptions) {
    this.#options = options
  }

  /** Counts a duration in seconds under the label values. */
  observe(values: readonly string[], seconds: number): void {
    const key = values.join('\n')
    const series = this.#series.get(key) ?? this.#add(key, values)
    const { buckets } = this.#options
    let bucket = 0
    while (seconds > (buckets[bucket] ?? Number.POSITIVE_INFINITY)) bucket++
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += seconds
  }

  /** All that was counted. */
  counts(): CountedDurations {
    return [...this.#series]
  }

  /** Adds what another of the same name and buckets has counted. */
  add(counted: CountedDurations): void {
    for (const [key, { labels, counts, sum }] of counted) {
      const series = this.#series.get(key) ?? { labels, counts: counts.map(() => 0), sum: 0 }
      for (const [bucket, count] of counts.entries()) series.counts[bucket] = (series.counts[bucket] ?? 0) + count
      series.sum += sum
      this.#series.set(key, series)
    }
  }

  /** The histogram in the text format of Prometheus. */
  print(): string {
    const { name, help } = this.#options
    const series = [...this.#series.values()].flatMap(each => this.#printSeries(each))
    return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...series, ''].join('\n')
  }

  #add(key: string, values: readonly string[]): Series {
    const { labelNames, buckets } = this.#options
    const labels = labelNames.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`).join(',')
    const series = { labels, counts: Array.from({ length: buckets.length + 1 }, () => 0), sum: 0 }
    this.#series.set(key, series)
    return series
  }

  #printSeries({ labels, counts, sum }: Series): readonly string[] {
    const { name, buckets } = this.#options
    let below = 0
    const lines = counts.map((count, bucket) => {
      below += count
      return `${name}_bucket{le="${buckets[bucket] ?? '+Inf'}",${labels}} ${below}`
    })
    return [...lines, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${below}`]
  }
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`).replaceAll('\n', String.raw`\n`)
}
