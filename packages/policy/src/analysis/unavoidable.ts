import { type Bits, bitsMeet, bitsOf, hasBit, indicesOf, joinBits, sharedBits, withoutBits } from './bits.ts'
import type { Candidate } from './cover-problem.ts'

/** The candidates that reach a token. */
type CoverersOfToken = {
  readonly candidates: readonly Candidate[]
  /** What all of them reach. */
  readonly common: Bits
  /** Their places. */
  readonly places: Bits
}

/** Finds the candidates that reach a token; `undefined` where there is none. */
export type Coverers = (token: number) => CoverersOfToken | undefined

/** What every way to reach some tokens brings with it. */
export type Unavoidable = {
  readonly reach: Bits
  /** How many candidates must be added at least. */
  readonly size: number
  /** The candidates for the token that has the fewest; `undefined` where all is reached. */
  readonly fewest: readonly Candidate[] | undefined
}

type Situation = { readonly allowed: readonly Candidate[]; readonly reach: Bits }

/** Makes the look-up of who reaches what, as long as the same candidates are allowed. */
export function findCoverers({ allowed, reach }: Situation): Coverers {
  const known = new Map<number, CoverersOfToken | undefined>()
  return token => {
    if (!known.has(token)) known.set(token, coverersOf(token))
    return known.get(token)
  }

  function coverersOf(token: number): CoverersOfToken | undefined {
    const candidates = allowed.filter(candidate => hasBit(candidate.reach, token))
    if (candidates.length === 0) return undefined
    const places = bitsOf(
      candidates.map(({ index }) => index),
      reach.length * 32,
    )
    return { candidates, common: candidates.map(candidate => candidate.reach).reduce(sharedBits), places }
  }
}

/** Works out what every way to reach the pending tokens brings with it; `undefined` where there is no way. */
export function unavoidableIn({ reach: start }: Situation, pending: Bits, coverers: Coverers): Unavoidable | undefined {
  let fewest: readonly Candidate[] | undefined
  let reach = start
  let size = 0
  let counted: Bits = start.map(() => 0)
  for (const token of indicesOf(withoutBits(pending, start))) {
    const found = coverers(token)
    if (found === undefined) return undefined
    if (fewest === undefined || found.candidates.length < fewest.length) fewest = found.candidates
    reach = joinBits(reach, found.common)
    if (bitsMeet(found.places, counted)) continue
    counted = joinBits(counted, found.places)
    size++
  }
  return { reach, size, fewest }
}
