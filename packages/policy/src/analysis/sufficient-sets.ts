import type { PolicyModel } from '../model.ts'
import { type Bits, bitsOf, hasBit, holdsBits, indicesOf, joinBits } from './bits.ts'
import { minimalAlternatives } from './minimal-alternatives.ts'
import { setOf } from './scope-tokens.ts'

/** Sets of scope-tokens that open an action under one policy and not under another. */
export type SufficientSets = {
  /** The weakest of them: each other one covers one of these, by both policies' catalogues. */
  readonly sets: readonly (readonly string[])[]
  /** Whether none is left out; where there are hundreds, some of them are there. */
  readonly isComplete: boolean
}

/** Two policies of which one is read after the other. */
export type Step = { readonly from: PolicyModel; readonly to: PolicyModel }

/**
 * Finds the sets of tokens that open an action under `to` and did not under `from`; exact over all sets of `tokens`.
 * What reaches more also opens more, so it is enough to look at sets in which each token is wanted.
 */
export function newlySufficient(step: Step, action: string, tokens: readonly string[]): SufficientSets {
  const to = openingOf(step.to, action, tokens)
  const from = openingOf(step.from, action, tokens)
  const every = tokens.map((token, index) => ({ token, to: to.reach[index] ?? [], from: from.reach[index] ?? [] }))
  const useful = every.filter(candidate => indicesOf(candidate.to).length > 0)
  const candidates = useful.filter(candidate => !useful.some(other => isWeaker(step, other, candidate)))
  const { found, isComplete } = search(candidates, to.alternatives, from.alternatives)
  return { sets: weakestOf(step, found), isComplete }
}

type Candidate = { readonly token: string; readonly to: Bits; readonly from: Bits }
type Opening = { readonly alternatives: readonly Bits[]; readonly reach: readonly Bits[] }

// bits are places among the tokens that the action's alternatives name
function openingOf({ catalogue, actions }: PolicyModel, action: string, tokens: readonly string[]): Opening {
  const requirement = actions.get(action)?.requirement
  const sets = requirement === undefined ? [] : minimalAlternatives(catalogue, requirement)
  const needed = [...new Set(sets.flatMap(set => set.tokens))]
  const bits = (isIn: (token: string) => boolean): Bits =>
    bitsOf(
      needed.flatMap((token, index) => (isIn(token) ? [index] : [])),
      needed.length,
    )
  const reach = tokens.map(token => {
    const held = setOf(catalogue, [token])
    return bits(other => catalogue.covers(held, setOf(catalogue, [other])))
  })
  return { alternatives: sets.map(set => bits(token => set.has(token))), reach }
}

function isWeaker(step: Step, a: Candidate, b: Candidate): boolean {
  const isAlike = String(a.to) === String(b.to) && String(a.from) === String(b.from)
  return a !== b && isAlike && coversInBoth(step, [b.token], [a.token])
}

function coversInBoth({ from, to }: Step, held: readonly string[], needed: readonly string[]): boolean {
  return [from, to].every(({ catalogue }) => catalogue.covers(setOf(catalogue, held), setOf(catalogue, needed)))
}

const MOST_VISITS = 20_000
const MOST_SETS = 200

function search(candidates: readonly Candidate[], opening: readonly Bits[], before: readonly Bits[]) {
  const found: (readonly string[])[] = []
  const seen = new Set<string>()
  let visits = 0
  for (const alternative of opening)
    visit(alternative, { tokens: [], to: alternative.map(() => 0), from: before[0]?.map(() => 0) ?? [] })
  return { found, isComplete: visits <= MOST_VISITS && found.length < MOST_SETS }

  function visit(
    alternative: Bits,
    held: { readonly tokens: readonly string[]; readonly to: Bits; readonly from: Bits },
  ) {
    if (found.length >= MOST_SETS || before.some(known => holdsBits(held.from, known))) return
    // past the limit, sets that reach the same are looked at once: fewer are listed, and still none is overlooked
    const key = JSON.stringify([alternative, held.to, held.from])
    if (++visits > MOST_VISITS && seen.has(key)) return
    seen.add(key)
    const next = indicesOf(alternative).find(index => !hasBit(held.to, index))
    if (next === undefined) found.push(held.tokens)
    else
      for (const { token, to, from } of candidates.filter(candidate => hasBit(candidate.to, next)))
        visit(alternative, {
          tokens: [...held.tokens, token],
          to: joinBits(held.to, to),
          from: joinBits(held.from, from),
        })
  }
}

function weakestOf(step: Step, sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const weakest: (readonly string[])[] = []
  for (const set of sets.toSorted((a, b) => a.length - b.length)) {
    if (weakest.some(other => coversInBoth(step, set, other))) continue
    const kept = weakest.filter(other => !coversInBoth(step, other, set))
    weakest.splice(0, weakest.length, ...kept, set)
  }
  return weakest
}
