import type { Catalogue } from '@ambit/scope'
import type { PolicyModel } from '../model.ts'
import { type Bits, bitsOf, countShared, hasBit, holdsBits } from './bits.ts'
import { minimalAlternatives } from './minimal-alternatives.ts'
import { distinctTokens, setOf } from './scope-tokens.ts'

/** The weakest sets of tokens that open one action. */
export type Opening = readonly Bits[]

/** A token that may be chosen, and all that it reaches. */
export type Candidate = { readonly index: number; readonly reach: Bits; readonly isDeprecated: boolean }

/** A question for a least set of scopes; bits are places in `tokens`. */
export type CoverProblem = {
  readonly tokens: readonly string[]
  readonly candidates: readonly Candidate[]
  readonly asked: readonly Opening[]
  readonly others: readonly Opening[]
  readonly dangerous: Bits
  readonly sensitive: Bits
  readonly all: Bits
}

/**
 * What a set of scopes costs; the first place where two differ decides. From the front: deprecated scopes in it, actions
 * that it opens beyond those asked for, dangerous scopes that it reaches, sensitive ones, its size, all that it reaches.
 */
export type Cost = readonly number[]

/** Puts the question for the least set into bits. */
export function coverProblem(
  policy: PolicyModel,
  asked: ReadonlySet<string>,
  mayUse: (token: string) => boolean,
): CoverProblem {
  const { catalogue, actions } = policy
  const tokens = distinctTokens(policy)
  const places = new Map(tokens.map((token, index) => [token, index]))
  const reaches = tokens.map(token => reachOf(catalogue, token, tokens))
  const openings = [...actions.values()].map(({ name, requirement }) => ({
    isAsked: asked.has(name),
    opening: minimalAlternatives(catalogue, requirement).map(set => bitsAt(set.tokens)),
  }))
  const risky = (risk: string): Bits => bitsAt(tokens.filter(token => catalogue.definition(token)?.risk === risk))
  const isDeprecated = (token: string): boolean => (catalogue.definition(token)?.deprecated ?? false) !== false
  const usable = tokens.flatMap((token, index): Candidate[] =>
    mayUse(token) ? [{ index, reach: reaches[index] ?? [], isDeprecated: isDeprecated(token) }] : [],
  )
  const openingsOf = (isAsked: boolean): readonly Opening[] =>
    openings.filter(entry => entry.isAsked === isAsked).map(({ opening }) => opening)
  return {
    tokens,
    candidates: worthChoosing(usable, openingsOf(true)),
    asked: openingsOf(true),
    others: openingsOf(false),
    dangerous: risky('dangerous'),
    sensitive: risky('sensitive'),
    all: bitsAt(tokens),
  }

  function bitsAt(chosen: readonly string[]): Bits {
    return bitsOf(
      chosen.flatMap(token => places.get(token) ?? []),
      tokens.length,
    )
  }
}

/** Tells whether a token that reaches so much opens an action. */
export function isOpened(opening: Opening, reach: Bits): boolean {
  for (const alternative of opening) if (holdsBits(reach, alternative)) return true
  return false
}

/** Works out what a set of scopes costs that reaches so much. */
export function costOf(problem: CoverProblem, reach: Bits, { size = 0, deprecated = 0 }): Cost {
  let further = 0
  for (const opening of problem.others) if (isOpened(opening, reach)) further++
  return [
    deprecated,
    further,
    countShared(reach, problem.dangerous),
    countShared(reach, problem.sensitive),
    size,
    countShared(reach, problem.all),
  ]
}

/** Tells whether one set costs less than another. */
export function isCheaper(a: Cost, b: Cost): boolean {
  for (const [place, value] of a.entries()) {
    const other = b[place] ?? 0
    if (value !== other) return value < other
  }
  return false
}

function reachOf(catalogue: Catalogue, token: string, tokens: readonly string[]): Bits {
  const held = setOf(catalogue, [token])
  const reached = tokens.flatMap((needed, index) => (catalogue.covers(held, setOf(catalogue, [needed])) ? [index] : []))
  return bitsOf(reached, tokens.length)
}

// a scope is never worth choosing where one that it covers opens as much of what is asked
function worthChoosing(usable: readonly Candidate[], asked: readonly Opening[]): readonly Candidate[] {
  const wanted = asked.flat().flat()
  const relevant = usable.filter(({ reach }) => asked.flat().some(alternative => countShared(reach, alternative) > 0))
  return wanted.length === 0 ? [] : relevant.filter(candidate => !relevant.some(other => isBetter(other, candidate)))

  function isBetter(other: Candidate, candidate: Candidate): boolean {
    if (other === candidate || !hasBit(candidate.reach, other.index)) return false
    if (other.isDeprecated && !candidate.isDeprecated) return false
    return asked
      .flat()
      .every(alternative => countShared(other.reach, alternative) === countShared(candidate.reach, alternative))
  }
}
