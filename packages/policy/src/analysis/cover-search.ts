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

/** A search under way. */
type Search = {
  readonly problem: CoverProblem
  readonly budget: { steps: number }
  /** What a cover must cost less than. */
  limit: Cost | undefined
  best: Cover | undefined
}

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
  const search: Search = { problem, budget, limit: limits.below, best: undefined }
  const none = bitsOf([], problem.tokens.length)
  const start: State = { chosen: [], deprecated: 0, reach: none, allowed: limits.allowed, pending: none, banned: [] }
  visit(search, limits.included.reduce(choose, start))
  return search.best
}

function visit(search: Search, before: State): void {
  if (--search.budget.steps < 0) throw new SearchTooLong()
  if (isWasteful(before)) return
  const allowed = before.allowed.filter(candidate => isBelow(search, costWith(search, before, candidate)))
  const state = { ...before, allowed }
  const coverers = findCoverers(state)
  const bound = unavoidableIn(state, state.pending, coverers)
  if (bound === undefined || !isBelow(search, costAtLeast(search, state, bound))) return
  if (state.banned.some(alternative => holdsBits(bound.reach, alternative))) return
  const settled = joinBits(state.reach, state.pending)
  const unopened = search.problem.asked.filter(opening => !isOpened(opening, settled))
  const [first, ...others] = unopened.map(opening => waysOf(search, state, { opening, coverers }))
  if (first !== undefined) return openNext(search, state, others.reduce(moreUrgent, first))
  if (bound.fewest !== undefined) return reachNext(search, state, bound.fewest)
  search.limit = costAtLeast(search, state, bound)
  search.best = { chosen: state.chosen, cost: search.limit }
}

function waysOf(
  search: Search,
  state: State,
  { opening, coverers }: { readonly opening: Opening; readonly coverers: Coverers },
): readonly Way[] {
  const ways: Way[] = []
  for (const alternative of opening) {
    const bound = unavoidableIn(state, joinBits(state.pending, alternative), coverers)
    if (bound === undefined) continue
    const cost = costAtLeast(search, state, bound)
    if (isBelow(search, cost)) ways.push({ alternative, cost })
  }
  return ways.sort(byCost)
}

function openNext(search: Search, state: State, ways: readonly Way[]): void {
  let { banned } = state
  for (const { alternative } of ways) {
    visit(search, { ...state, pending: joinBits(state.pending, alternative), banned })
    banned = [...banned, alternative]
  }
}

function reachNext(search: Search, state: State, candidates: readonly Candidate[]): void {
  const ordered = candidates.map(candidate => ({ candidate, cost: costWith(search, state, candidate) })).sort(byCost)
  let { allowed } = state
  for (const { candidate } of ordered) {
    allowed = allowed.filter(other => other !== candidate)
    visit(search, { ...choose(state, candidate), allowed })
  }
}

function costWith({ problem }: Search, { chosen, deprecated, reach }: State, added: Candidate): Cost {
  const sizes = { size: chosen.length + 1, deprecated: deprecated + (added.isDeprecated ? 1 : 0) }
  return costOf(problem, joinBits(reach, added.reach), sizes)
}

function costAtLeast({ problem }: Search, { chosen, deprecated }: State, { reach, size }: Unavoidable): Cost {
  return costOf(problem, reach, { size: chosen.length + size, deprecated })
}

function isBelow({ limit }: Search, cost: Cost): boolean {
  return limit === undefined || isCheaper(cost, limit)
}

type Priced = { readonly cost: Cost }

function byCost(a: Priced, b: Priced): number {
  if (isCheaper(a.cost, b.cost)) return -1
  return isCheaper(b.cost, a.cost) ? 1 : 0
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
