import type { NodeProcess } from './node-process.ts'

/** How the memory of a node went. Megabytes. */
export type MemoryTrend = {
  readonly node: string
  readonly kind: 'resident' | 'heap'
  /** The lowest of each window, the first third of the time left out: what garbage collection leaves. */
  readonly floors: readonly number[]
  /** By a straight line through the floors, in megabytes a minute. */
  readonly slope: number
  /** The standard error of the slope. */
  readonly error: number
  /** Whether the slope cannot be told from none, or comes to less than a hundredth of the memory in the time. */
  readonly isFlat: boolean
}

/** What a node held at a time, in megabytes and milliseconds. */
export type MemorySample = { readonly at: number; readonly resident: number; readonly heap: number }

const sampleEvery = 1_000
const windows = 20

/** Looks at the memory of nodes once a second, until it is asked for the trends. */
export function watchMemory(nodes: readonly NodeProcess[]): () => readonly MemoryTrend[] {
  const samples = new Map<string, MemorySample[]>(nodes.map(({ name }) => [name, []]))
  const look = async (node: NodeProcess) => {
    const heap = await heapMegabytes(node.port)
    if (heap !== undefined) samples.get(node.name)?.push({ at: performance.now(), resident: node.memory(), heap })
  }
  const timer = setInterval(() => {
    for (const node of nodes) void look(node)
  }, sampleEvery)
  return () => {
    clearInterval(timer)
    return [...samples].flatMap(([node, taken]) => trendsOf(taken).map(trend => ({ node, ...trend })))
  }
}

/** The trends in samples of one node. */
export function trendsOf(samples: readonly MemorySample[]): readonly Omit<MemoryTrend, 'node'>[] {
  const settled = samples.slice(Math.floor(samples.length / 3))
  return (['resident', 'heap'] as const).map(kind => ({ kind, ...trendOf(settled, kind) }))
}

function trendOf(samples: readonly MemorySample[], kind: 'resident' | 'heap'): Omit<MemoryTrend, 'node' | 'kind'> {
  const size = Math.max(1, Math.floor(samples.length / windows))
  const floors = Array.from({ length: Math.floor(samples.length / size) }, (_, place) => {
    const window = samples.slice(place * size, (place + 1) * size)
    return { minute: (window[0]?.at ?? 0) / 60_000, floor: Math.min(...window.map(sample => sample[kind])) }
  })
  const { slope, error } = fitLine(floors.map(({ minute, floor }) => [minute, floor] as const))
  const minutes = (floors.at(-1)?.minute ?? 0) - (floors[0]?.minute ?? 0)
  const isFlat = slope <= 2 * error || slope * minutes < (floors[0]?.floor ?? 0) / 100
  return { floors: floors.map(({ floor }) => Math.round(floor * 10) / 10), slope, error, isFlat }
}

/** A straight line by least squares. */
function fitLine(points: readonly (readonly [x: number, y: number])[]): {
  readonly slope: number
  readonly error: number
} {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const middleX = mean(points.map(([x]) => x))
  const middleY = mean(points.map(([, y]) => y))
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0) / spread
  const rest = points.reduce((sum, [x, y]) => sum + (y - middleY - slope * (x - middleX)) ** 2, 0)
  return { slope, error: Math.sqrt(rest / Math.max(1, points.length - 2) / spread) }
}

async function heapMegabytes(port: number): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
  const bytes = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)$/m.exec((await answer?.text()) ?? '')?.[1]
  return bytes === undefined ? undefined : Number(bytes) / 2 ** 20
}
