import type { Canary } from '../run/probe-context.ts'

/** A canary without a socket. */
export type MemoryCanary = Canary & {
  /** What somebody gets who fetches an address; that is counted. */
  readonly fetchText: (url: string) => string | undefined
}

/** Makes a canary in memory: the planted API asks it where a defect makes it fetch. */
export function createMemoryCanary(): MemoryCanary {
  const hits = new Map<string, number>()
  const documents = new Map<string, string>()
  return {
    url: name => `http://canary.test/${encodeURIComponent(name)}`,
    hits: url => hits.get(url) ?? 0,
    answer: (url, { body }) => void documents.set(url, body),
    fetchText: url => {
      hits.set(url, (hits.get(url) ?? 0) + 1)
      return documents.get(url)
    },
  }
}
