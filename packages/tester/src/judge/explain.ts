import type { CaseId } from '../catalogue/case-id.ts'
import type { ProbeResult } from '../run/run-record.ts'
import { type ApiOperation, alternativesOf } from '../target/api-operation.ts'
import type { Cause, Likeness, Manner, ScopeTrait } from './causes/cause.ts'
import { causes, firstToComplain, guardWide } from './causes.ts'
import { accepted, complaintOf, isAboutForm, isCrash, isRefusal } from './complaint.ts'

/** A bad result that is bad only because of another one. */
export type Explanation = {
  readonly by: ProbeResult
  readonly because: string
  /** Whether it is so on this operation alone. */
  readonly isOfOperation?: boolean
}

/** Whether an id is one of these, or begins with one. */
export function isAmong(id: CaseId, beginnings: readonly string[]): boolean {
  return beginnings.some(start => id === start || id.startsWith(`${start}-`))
}

/** In what way a result is bad; `undefined` where that is its own. */
export function mannerOf(result: ProbeResult): Manner | undefined {
  const complaint = complaintOf(result)
  if (complaint === accepted) return 'accepted'
  if (isCrash(complaint)) return 'crashed'
  const isShut = result.cell?.expected === 'allowed' && result.cell.observed === 'refused'
  return complaint !== undefined && (isRefusal(complaint) || isShut) ? 'refused' : undefined
}

/** The guard of an operation: what has the same schemes and is for the same resource. */
export type GuardOf = (operation: string | undefined) => string

/** Finds the guard of each operation. */
export function guardsOf(operations: readonly ApiOperation[]): GuardOf {
  const guards = new Map(
    operations.map(({ key, resource, schemes }) => [key, JSON.stringify([resource ?? '', [...schemes].sort()])]),
  )
  return operation => (operation === undefined ? '' : (guards.get(operation) ?? operation))
}

/** What is at the bottom of a result: itself where nothing explains it. */
export function rootOf(result: ProbeResult, explained: ReadonlyMap<ProbeResult, Explanation>): ProbeResult {
  const explanation = explained.get(result)
  return explanation === undefined ? result : rootOf(explanation.by, explained)
}

/** Explains bad results by others, as the table of causes says. All results are given, because passes speak against causes. */
export function explain(
  results: readonly ProbeResult[],
  operations: readonly ApiOperation[],
): ReadonlyMap<ProbeResult, Explanation> {
  const index = new ResultIndex(results, operations)
  const explained = new Map<ProbeResult, Explanation>()
  const bad = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
  for (const row of causes) {
    for (const result of bad) {
      if (explained.has(result) || result.caseId === row.cause || !mayExplain(row, result, index)) continue
      const by = index
        .at(row.cause, row.reach, result.operation)
        .find(
          cause =>
            rootOf(cause, explained) !== result &&
            tellsOfGuard(cause, result, explained) &&
            isCauseOf(row, { cause, result, index }),
        )
      if (by !== undefined)
        explained.set(result, { by, because: row.because, isOfOperation: row.reach === 'operation' })
    }
  }
  for (const [result, by] of sameDefect(bad, index))
    if (!explained.has(result) && tellsOfGuard(by, result, explained) && rootOf(by, explained) !== result)
      explained.set(result, { by, because: 'what should be refused by the guard goes wrong further inside' })
  for (const [result, by] of sameComplaints(
    bad.filter(each => !explained.has(each)),
    index,
  ))
    explained.set(result, { by, because: 'refusals are wrong in the same way wherever they come' })
  return explained
}

/** What is bad because its operation is open says nothing of the same guard on another operation. */
function tellsOfGuard(
  cause: ProbeResult,
  result: ProbeResult,
  explained: ReadonlyMap<ProbeResult, Explanation>,
): boolean {
  return cause.operation === result.operation || !isOfOperation(cause, explained)
}

function isOfOperation(result: ProbeResult, explained: ReadonlyMap<ProbeResult, Explanation>): boolean {
  const explanation = explained.get(result)
  if (explanation === undefined) return false
  return explanation.isOfOperation === true || isOfOperation(explanation.by, explained)
}

type Pair = { readonly cause: ProbeResult; readonly result: ProbeResult; readonly index: ResultIndex }

function mayExplain(row: Cause, result: ProbeResult, index: ResultIndex): boolean {
  const { caseId, operation } = result
  if (!isAmong(caseId, row.explains) || isAmong(caseId, row.butNot ?? [])) return false
  if (row.manner !== undefined && mannerOf(result) !== row.manner) return false
  return !(row.unless ?? []).some(id => index.hasPassed(id, operation))
}

function isCauseOf(row: Cause, { cause, result, index }: Pair): boolean {
  // a warning is no cause of a failure
  if (cause.verdict !== 'fail' && (cause.verdict !== 'warn' || result.verdict === 'fail')) return false
  if (row.manner !== undefined && mannerOf(cause) !== row.manner) return false
  if (row.holdsScope === true && cause.cell?.scope === '') return false
  if (row.isPartial !== true && index.hasPassed(row.cause, cause.operation)) return false
  const shared = row.words?.some(word => speaksOf(cause, word) && speaksOf(result, word))
  if (shared === false) return false
  if (row.about?.some(([ofCause, ofResult]) => says(cause, ofCause) && says(result, ofResult)) === false) return false
  if (row.same !== undefined && !areAlike[row.same](cause, result)) return false
  if (row.isForAll === true && isRefused(row, { cause, result, index })) return false
  return row.traits?.some(trait => hasTrait(trait, { cause, result, index })) !== false
}

function says({ variant = '', reason }: ProbeResult, what: RegExp): boolean {
  return what.test(`${variant} ${reason}`)
}

/** Whether another try of the same case on the operation, about the same, was refused as it should be. */
function isRefused({ about = [] }: Cause, { result, index }: Pair): boolean {
  const others = index.at(result.caseId, 'operation', result.operation)
  return others.some(each => each.verdict === 'pass' && about.some(([, ofResult]) => says(each, ofResult)))
}

const areAlike: Readonly<Record<Likeness, (a: ProbeResult, b: ProbeResult) => boolean>> = {
  call: (a, b) => callOf(a) !== undefined && callOf(a) === callOf(b),
  condition: (a, b) => shareName(/“([^”]+)”/, a, b),
  member: (a, b) => shareName(/`([^`]+)`/, a, b),
}

function callOf({ evidence }: ProbeResult): string | undefined {
  const request = evidence.at(-1)?.request
  return request && JSON.stringify([request.method, request.origin, request.target, request.body])
}

function shareName(pattern: RegExp, a: ProbeResult, b: ProbeResult): boolean {
  const [nameOfA, nameOfB] = [a, b].map(({ variant = '' }) => pattern.exec(variant)?.[1])
  return nameOfA !== undefined && nameOfA === nameOfB
}

function speaksOf({ variant = '' }: ProbeResult, word: string): boolean {
  return variant.split(/[^A-Za-z0-9:._-]+/).includes(word)
}

const traits: Readonly<Record<ScopeTrait, (scope: string, pair: Pair) => boolean>> = {
  no_scope: scope => scope === '',
  reading_scope: (scope, { result, cause, index }) =>
    index.readingScopes(result.operation).has(scope) || index.readingScopes(cause.operation).has(scope),
  one_of_wanted: (scope, pair) => wanted(pair).some(scopes => scopes.length > 1 && scopes.includes(scope)),
  look_alike: (scope, pair) =>
    scope !== '' &&
    wanted(pair)
      .flat()
      .some(other => other !== scope && (other.includes(scope) || scope.includes(other))),
  other_case: (scope, pair) =>
    wanted(pair)
      .flat()
      .some(other => other !== scope && other.toLowerCase() === scope.toLowerCase()),
  named_by_cause: (scope, { cause }) => speaksOf(cause, scope) || cause.cell?.scope === scope,
}

function hasTrait(trait: ScopeTrait, pair: Pair): boolean {
  return sentScopes(pair.result).some(scope => traits[trait](scope, pair))
}

/** The scope that a result is about: that of its cell, or what its reason names as sent. */
function sentScopes({ cell, reason }: ProbeResult): readonly string[] {
  if (cell !== undefined) return [cell.scope]
  return [...reason.matchAll(/`([^`\s]+)`/g)].flatMap(([, scope = '']) => scope)
}

function wanted({ result, index }: Pair): readonly (readonly string[])[] {
  const operation = index.operation(result.operation)
  return operation === undefined ? [] : alternativesOf(operation)
}

/** What a guard lets in on one operation may be refused, or crash, behind it on another: that is the same hole, for the same token. */
function sameDefect(bad: readonly ProbeResult[], index: ResultIndex): readonly (readonly [ProbeResult, ProbeResult])[] {
  const ofGuard = bad.filter(({ caseId }) => isAmong(caseId, guardWide))
  return ofGuard.flatMap(result => {
    if (mannerOf(result) === 'accepted' || complaintOf(result) === undefined) return []
    const hole = index
      .at(result.caseId, 'guard', result.operation)
      .find(each => mannerOf(each) === 'accepted' && isElsewhere(each, result))
    return hole === undefined ? [] : [[result, hole] as const]
  })
}

function isElsewhere(hole: ProbeResult, { operation, variant }: ProbeResult): boolean {
  return hole.operation !== operation && hole.variant === variant
}

/** Results that nothing else explains and that complain in the same words about the same guard are one. */
function sameComplaints(
  bad: readonly ProbeResult[],
  index: ResultIndex,
): readonly (readonly [ProbeResult, ProbeResult])[] {
  const styles = bad.filter(result => isAboutForm(complaintOf(result)))
  const groups = Map.groupBy(styles, result => JSON.stringify([index.guard(result.operation), styleOf(result)]))
  return [...groups.values()].flatMap(same => {
    const leader = firstToComplain.flatMap(id => same.filter(({ caseId }) => caseId === id).slice(0, 1)).concat(same)[0]
    if (leader === undefined) return []
    return same.filter(({ caseId }) => caseId !== leader.caseId).map(result => [result, leader] as const)
  })
}

/** A redirect is the same wherever it comes, whatever refusal was wanted in its place. */
function styleOf(result: ProbeResult): string {
  return (complaintOf(result) ?? '').replace(/^(3\d\d) instead of \d{3}$/, '$1')
}

/** Finds results by case and place. */
class ResultIndex {
  readonly #byPlace: ReadonlyMap<string, readonly ProbeResult[]>
  readonly #operations: ReadonlyMap<string, ApiOperation>
  readonly guard: GuardOf

  constructor(results: readonly ProbeResult[], operations: readonly ApiOperation[]) {
    this.guard = guardsOf(operations)
    this.#operations = new Map(operations.map(operation => [operation.key, operation]))
    const places = results.flatMap(result => [
      [`${result.caseId} operation ${result.operation ?? ''}`, result] as const,
      [`${result.caseId} guard ${this.guard(result.operation)}`, result] as const,
      [`${result.caseId} api`, result] as const,
    ])
    this.#byPlace = new Map(
      [...Map.groupBy(places, ([key]) => key)].map(([key, all]) => [key, all.map(each => each[1])]),
    )
  }

  operation(key: string | undefined): ApiOperation | undefined {
    return key === undefined ? undefined : this.#operations.get(key)
  }

  /** The results of a case on an operation, and behind them those on others with the same guard. */
  at(caseId: CaseId, reach: Cause['reach'], operation: string | undefined): readonly ProbeResult[] {
    const here = this.#byPlace.get(`${caseId} operation ${operation ?? ''}`) ?? []
    if (reach === 'api') return this.#byPlace.get(`${caseId} api`) ?? []
    return reach === 'operation'
      ? here
      : [...here, ...(this.#byPlace.get(`${caseId} guard ${this.guard(operation)}`) ?? [])]
  }

  /** Whether a case found on an operation that something is refused as it should be. */
  hasPassed(caseId: CaseId, operation: string | undefined): boolean {
    return this.at(caseId, 'operation', operation).some(({ verdict, cell }) => {
      return verdict === 'pass' && (cell === undefined || (cell.expected === 'refused' && cell.scope !== ''))
    })
  }

  /** The scopes that open reading at the path of an operation. */
  readingScopes(key: string | undefined): ReadonlySet<string> {
    const path = this.operation(key)?.path
    const readers = [...this.#operations.values()].filter(each => each.path === path && !each.isWrite)
    return new Set(readers.flatMap(each => alternativesOf(each).flat()))
  }
}
