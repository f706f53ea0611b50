import type { Circumstances, Decision, TokenView } from '../decision.ts'
import type { PolicyModel } from '../model.ts'
import { type CompiledAction, compileAction } from './compile-action.ts'
import type { Surroundings } from './read.ts'
import { type FactSource, type LoadedFact, RequestFacts, runtimeTimer, type Timer } from './request-facts.ts'

/** What an evaluator has besides the model, which is only data. */
export type EvaluatorOptions = {
  /** How facts are fetched, by action; a fact without a source that nobody gives is missing. */
  readonly facts?: ReadonlyMap<string, readonly FactSource[]>
  readonly timer?: Timer
}

/** Decides the actions of a policy by name, without their types: for what is itself driven by names. */
export type Evaluator = {
  /**
   * Decides whether a token may do an action; a promise where the action has facts that must be fetched.
   * @throws {RangeError} for an action that the policy does not know
   */
  readonly decide: (action: string, token: TokenView, circumstances: Circumstances) => Decision | Promise<Decision>
  /**
   * Decides, and gives the facts that the decision was made with.
   * @throws {RangeError} for an action that the policy does not know
   */
  readonly trace: (action: string, token: TokenView, circumstances: Circumstances) => Traced | Promise<Traced>
}

/** A decision and the facts that were there when it was made. */
export type Traced = {
  readonly decision: Decision
  readonly facts: unknown
  /** What came of the facts that were fetched, by name. */
  readonly loaded: ReadonlyMap<string, LoadedFact>
}

type Prepared = {
  readonly action: CompiledAction
  readonly sources: ReadonlyMap<string, FactSource>
  readonly loadable: ReadonlySet<string>
}

const nothing: ReadonlyMap<string, never> = new Map<string, never>()

/**
 * Makes the evaluator of a policy: all conditions are compiled here, once.
 *
 * Scope is asked first, then the rules that no login can change, then whether the login is strong and fresh enough, and
 * last the rules that read how the user logged in. So nobody is asked to log in again for what stays forbidden.
 */
export function createEvaluator(
  model: PolicyModel,
  { facts = nothing, timer = runtimeTimer }: EvaluatorOptions = {},
): Evaluator {
  const prepared = new Map([...model.actions].map(([name, action]) => [name, prepare(action, model, facts.get(name))]))
  const find = (name: string): Prepared => {
    const found = prepared.get(name)
    if (found === undefined) throw new RangeError(`the policy knows no action \`${name}\``)
    return found
  }
  return {
    decide(name, token, circumstances) {
      const found = find(name)
      if (found.sources.size === 0) return decideNow(found, token, circumstances)
      return traceLater(found, { token, circumstances, timer }).then(({ decision }) => decision)
    },
    trace(name, token, circumstances) {
      const found = find(name)
      if (found.sources.size > 0) return traceLater(found, { token, circumstances, timer })
      return { decision: decideNow(found, token, circumstances), facts: circumstances.facts, loaded: nothing }
    },
  }
}

function prepare(action: CompiledAction['model'], model: PolicyModel, sources: readonly FactSource[] = []): Prepared {
  const byName = new Map(sources.map(source => [source.name, source]))
  return { action: compileAction(action, model), sources: byName, loadable: new Set(byName.keys()) }
}

function decideNow({ action, loadable }: Prepared, token: TokenView, circumstances: Circumstances): Decision {
  const refusal = action.decideScope(token.scope)
  if (refusal !== undefined) return refusal
  const decision = action.decideRules(surround(token, circumstances, loadable), circumstances.now)
  if (decision === undefined) throw new TypeError('a decision without sources of facts wanted one')
  return decision
}

function surround(token: TokenView, circumstances: Circumstances, loadable: ReadonlySet<string>): Surroundings {
  const { resource, input, facts } = circumstances
  return { claims: token.claims, resource, input, facts, details: undefined, loadable, wanted: undefined }
}

type Call = { readonly token: TokenView; readonly circumstances: Circumstances; readonly timer: Timer }

/** Decides as far as it can, loads the one fact that stopped it, and decides again: so no fact is loaded for nothing. */
async function traceLater({ action, sources, loadable }: Prepared, call: Call): Promise<Traced> {
  const { token, circumstances, timer } = call
  const { requestFacts = new RequestFacts() } = circumstances
  const loaded = new Map<string, LoadedFact>()
  const refusal = action.decideScope(token.scope)
  let facts = { ...circumstances.facts }
  if (refusal !== undefined) return { decision: refusal, facts, loaded }
  for (;;) {
    const surroundings = surround(token, { ...circumstances, facts }, loadable)
    const decision = action.decideRules(surroundings, circumstances.now)
    if (decision !== undefined) return { decision, facts, loaded }
    const source = sources.get(surroundings.wanted ?? '')
    if (source === undefined) throw new TypeError('no decision, and no fact that would help')
    const { resource, input } = circumstances
    const fact = await requestFacts.find(source, { token, resource, input }, timer)
    loaded.set(source.name, fact)
    facts = { ...facts, [source.name]: fact.kind === 'loaded' ? fact.value : undefined }
  }
}
