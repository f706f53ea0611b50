/** Choices that are the same again for the same seed. */
export type Random = {
  /** A number from 0 up to and without 1. */
  readonly next: () => number
  /** True so often out of a hundred times. */
  readonly percent: (share: number) => boolean
  /** One of the members; `undefined` where there is none. */
  readonly pick: <T>(members: readonly T[]) => T | undefined
  /** A further stream of choices that does not depend on how often this one is asked. */
  readonly fork: () => Random
}

/** Makes a stream of choices from a seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    percent: share => next() * 100 < share,
    pick: members => members[Math.floor(next() * members.length)],
    fork: () => seededRandom(Math.floor(next() * 2 ** 32)),
  }
}
