import { type Bits, bitsOf, hasBit, holdsBits, joinBits } from './bits.ts'
import {
  type Candidate,
  type Cost,
  type CoverProblem,
  costOf,
  isCheaper,
  isOpened,
  type Opening,
} from './cover-problem.ts'
import { type Coverers, findCoverers, type Unavoidable, unavoidableIn } from './unavoidable.ts'

/** A set of candidates that opens all that is asked, and what it costs. */
export type Cover = { readonly chosen: readonly Candidate[]; readonly cost: Cost }

/** What a search has to respect. */
export type SearchLimits = {
  /** The candidates that are in the set already. */
  readonly included: readonly Candidate[]
  /** Those that may be added. */
  readonly allowed: readonly Candidate[]
  /** Only a set that costs less is wanted. */
  readonly below?: Cost
}

/** Thrown where a search takes more steps than it may. */
export class SearchTooLong extends Error {}

type State = {
  readonly chosen: readonly Candidate[]
  readonly deprecated: number
  readonly reach: Bits
  readonly allowed: readonly Candidate[]
  /** Tokens that must be reached, for the alternatives that have been settled on. */
  readonly pending: Bits
  /** Alternatives that have been tried already and must not be met again. */
  readonly banned: readonly Bits[]
}

/** An alternative of an action that is to be opened, and what it costs at least. */
type Way = { readonly alternative: Bits; readonly cost: Cost }

/**
 * Finds the cheapest cover by branch and bound; `undefined` where there is none below the limit.
 *
 * An action is opened by each of its alternatives in turn, which the later branches then must not meet; a token is reached
 * by each of its candidates in turn, which the later branches then leave out. So no set is seen twice. A branch ends where
 * what it cannot avoid costs as much as the best cover found; what alone would cost as much is left out of it.
 * @throws {SearchTooLong} where the budget of steps is spent
 */
export function cheapestCover(
  problem: CoverProblem,
  limits: SearchLimits,
  budget: { steps: number },
): Cover | undefined {
  let best: Cover | undefined
  const none = bitsOf([], problem.tokens.length)
  const start: State = { chosen: [], deprecated: 0, reach: none, allowed: limits.allowed, pending: none, banned: [] }
  visit(limits.included.reduce(choose, start))
  return best

  function visit(before: State): void {
    if (--budget.steps < 0) throw new SearchTooLong()
    if (isWasteful(before)) return
    const state = { ...before, allowed: before.allowed.filter(candidate => isBelow(costWith(before, candidate))) }
    const coverers = findCoverers(state)
    const bound = unavoidableIn(state, state.pending, coverers)
    if (bound === undefined || !isBelow(costAtLeast(state, bound))) return
    if (state.banned.some(alternative => holdsBits(bound.reach, alternative))) return
    const settled = joinBits(state.reach, state.pending)
    const unopened = problem.asked.filter(opening => !isOpened(opening, settled))
    const ways = unopened.map(opening => waysOf(state, opening, coverers))
    const [first, ...others] = ways
    if (first !== undefined) return openNext(state, others.reduce(moreUrgent, first))
    if (bound.fewest !== undefined) return reachNext(state, bound.fewest)
    best = { chosen: state.chosen, cost: costAtLeast(state, bound) }
  }

  function waysOf(state: State, opening: Opening, coverers: Coverers): readonly Way[] {
    const ways: Way[] = []
    for (const alternative of opening) {
      const bound = unavoidableIn(state, joinBits(state.pending, alternative), coverers)
      if (bound === undefined) continue
      const cost = costAtLeast(state, bound)
      if (isBelow(cost)) ways.push({ alternative, cost })
    }
    return ways.sort((a, b) => (isCheaper(a.cost, b.cost) ? -1 : 1))
  }

  function openNext(state: State, ways: readonly Way[]): void {
    let { banned } = state
    for (const { alternative } of ways) {
      visit({ ...state, pending: joinBits(state.pending, alternative), banned })
      banned = [...banned, alternative]
    }
  }

  function reachNext(state: State, candidates: readonly Candidate[]): void {
    const ordered = candidates
      .map(candidate => ({ candidate, cost: costWith(state, candidate) }))
      .sort((a, b) => (isCheaper(a.cost, b.cost) ? -1 : 1))
    let { allowed } = state
    for (const { candidate } of ordered) {
      allowed = allowed.filter(other => other !== candidate)
      visit({ ...choose(state, candidate), allowed })
    }
  }

  function costWith({ chosen, deprecated, reach }: State, { reach: added, isDeprecated }: Candidate): Cost {
    const sizes = { size: chosen.length + 1, deprecated: deprecated + (isDeprecated ? 1 : 0) }
    return costOf(problem, joinBits(reach, added), sizes)
  }

  function costAtLeast({ chosen, deprecated }: State, { reach, size }: Unavoidable): Cost {
    return costOf(problem, reach, { size: chosen.length + size, deprecated })
  }

  function isBelow(cost: Cost): boolean {
    const limit = best?.cost ?? limits.below
    return limit === undefined || isCheaper(cost, limit)
  }
}

function choose(state: State, candidate: Candidate): State {
  return {
    ...state,
    chosen: [...state.chosen, candidate],
    deprecated: state.deprecated + (candidate.isDeprecated ? 1 : 0),
    reach: joinBits(state.reach, candidate.reach),
  }
}

// a scope that a later one reaches could have been left out
function isWasteful({ chosen }: State): boolean {
  const last = chosen.at(-1)
  return last !== undefined && chosen.some(other => other !== last && hasBit(last.reach, other.index))
}

// the fewer ways, and the dearer the cheapest of them, the sooner a branch ends
function moreUrgent(a: readonly Way[], b: readonly Way[]): readonly Way[] {
  if (a.length !== b.length) return a.length < b.length ? a : b
  return isCheaper(a[0]?.cost ?? [], b[0]?.cost ?? []) ? b : a
}
