import { addBit, addBits, type Bits, emptyBits, hasBit, holdsBits, indicesOf, sharedBits } from './bits.ts'
import { ClosedScopeSet, type KnownToken } from './scope-set.ts'
import type { ScopeWorld, TokenIndex } from './token-index.ts'

/** What the operations work on: a closed world, and the way to find tokens in it. */
export type Coverage = { readonly world: ScopeWorld; readonly index: TokenIndex }

/** Makes a set of known tokens; repeated ones collapse. */
export function makeSet(coverage: Coverage, tokens: readonly KnownToken[]): ClosedScopeSet {
  const { entries, reaches } = coverage.world
  const members: KnownToken[] = []
  const plain = emptyBits(entries.length)
  const reach = emptyBits(entries.length)
  for (const member of tokens) {
    const isRepeated = member.instances === undefined ? hasBit(plain, member.index) : isAmong(members, member)
    if (isRepeated) continue
    members.push(member)
    if (member.instances === undefined) addBit(plain, member.index)
    addBits(reach, reaches[member.index]?.all ?? [])
  }
  return new ClosedScopeSet(coverage, { members, plain, reach })
}

/** Tells whether `held` reaches all of `needed`. */
export function covers(held: ClosedScopeSet, needed: ClosedScopeSet): boolean {
  if (!holdsBits(held.reach, needed.plain)) return false
  return needed.instances.length === 0 || needed.instances.every(member => coversMember(held, member))
}

/** Puts two sets together. */
export function union(coverage: Coverage, a: ClosedScopeSet, b: ClosedScopeSet): ClosedScopeSet {
  return b.members.every(member => a.has(member.token)) ? a : makeSet(coverage, [...a.members, ...b.members])
}

/** Gives the tokens of `needed` that `held` does not cover. */
export function missing(coverage: Coverage, held: ClosedScopeSet, needed: ClosedScopeSet): ClosedScopeSet {
  return selectMembers(coverage, needed, member => !coversMember(held, member))
}

/** Drops what other members cover. */
export function simplify(coverage: Coverage, scope: ClosedScopeSet): ClosedScopeSet {
  const isMaximal = maximalAmong(coverage, scope.members)
  return selectMembers(coverage, scope, isMaximal)
}

/** Adds each token that the set reaches. */
export function expand(coverage: Coverage, scope: ClosedScopeSet): ClosedScopeSet {
  const reached = plainTokens(coverage, scope.reach)
  return makeSet(coverage, [...scope.members, ...reached, ...findAll(coverage, scope.reachedInstances)])
}

/** Gives what both sets reach: the asked tokens that `held` covers, and the widest of what is left. */
export function narrow(coverage: Coverage, held: ClosedScopeSet, asked: ClosedScopeSet): ClosedScopeSet {
  if (covers(held, asked)) return asked
  const kept = selectMembers(coverage, asked, member => coversMember(held, member))
  const shared = plainTokens(coverage, sharedBits(held.reach, asked.reach, kept.reach))
  const left = [...shared, ...sharedInstances(coverage, held, asked).filter(member => !coversMember(kept, member))]
  if (left.length === 0) return kept
  return makeSet(coverage, [...kept.members, ...left.filter(maximalAmong(coverage, left))])
}

/** Names the parameterised scopes of which every instance is reached. */
export function everyInstance(coverage: Coverage, scope: ClosedScopeSet): readonly string[] {
  const every = coverage.index.parameterised.filter(entry => hasBit(scope.reach, entry.index))
  return every.map(entry => entry.name.text)
}

function coversMember(held: ClosedScopeSet, member: KnownToken): boolean {
  if (hasBit(held.reach, member.index)) return true
  return member.instances !== undefined && held.reachedInstances.has(member.token)
}

function selectMembers(
  coverage: Coverage,
  scope: ClosedScopeSet,
  isWanted: (member: KnownToken) => boolean,
): ClosedScopeSet {
  const wanted = scope.members.filter(isWanted)
  return wanted.length === scope.members.length ? scope : makeSet(coverage, wanted)
}

// a token is maximal where no other reaches it; as coverage has no cycles, it is enough to look at what lies below each
function maximalAmong(coverage: Coverage, members: readonly KnownToken[]): (member: KnownToken) => boolean {
  const below = emptyBits(coverage.world.entries.length)
  const instancesBelow = new Set<string>()
  for (const member of members) {
    addBits(below, coverage.world.reaches[member.index]?.below ?? [])
    for (const instance of member.instances?.slice(1) ?? []) instancesBelow.add(instance)
  }
  return member => !hasBit(below, member.index) && !instancesBelow.has(member.token)
}

function sharedInstances(coverage: Coverage, a: ClosedScopeSet, b: ClosedScopeSet): readonly KnownToken[] {
  if (a.instances.length === 0 && b.instances.length === 0) return []
  const instances = new Set([...a.reachedInstances, ...b.reachedInstances])
  return findAll(coverage, instances).filter(member => coversMember(a, member) && coversMember(b, member))
}

function plainTokens(coverage: Coverage, bits: Bits): readonly KnownToken[] {
  const tokens: KnownToken[] = []
  for (const index of indicesOf(bits)) {
    const token = coverage.index.at(index)
    if (token !== undefined) tokens.push(token)
  }
  return tokens
}

function findAll(coverage: Coverage, tokens: Iterable<string>): readonly KnownToken[] {
  return Array.from(tokens, token => coverage.index.find(token)).filter(member => member !== undefined)
}

function isAmong(members: readonly KnownToken[], { token }: KnownToken): boolean {
  return members.some(member => member.token === token)
}
