import type { Circumstances, Decision, TokenView } from '../decision.ts'
import { explainDecision } from '../explanation/explain.ts'
import type { Explanation } from '../explanation/explanation.ts'
import type { PolicyModel } from '../model.ts'
import { type CompiledAction, compileAction } from './compile-action.ts'
import { type Surroundings, unavailable } from './read.ts'
import { type FactSource, type LoadedFact, RequestFacts, runtimeTimer, type Timer } from './request-facts.ts'
import type { Traced } from './traced.ts'

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
   * Decides the same, and tells why.
   * @throws {RangeError} for an action that the policy does not know
   */
  readonly explain: (
    action: string,
    token: TokenView,
    circumstances: Circumstances,
  ) => Explanation | Promise<Explanation>
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
    explain(name, token, circumstances) {
      const found = find(name)
      const explain = (traced: Traced) =>
        explainDecision(model, { action: found.action.model, held: token.scope, now: circumstances.now, traced })
      if (found.sources.size === 0) return explain(traceNow(found, token, circumstances))
      return traceLater(found, { token, circumstances, timer }).then(explain)
    },
  }
}

function prepare(action: CompiledAction['model'], model: PolicyModel, sources: readonly FactSource[] = []): Prepared {
  const byName = new Map(sources.map(source => [source.name, source]))
  return { action: compileAction(action, model), sources: byName, loadable: new Set(byName.keys()) }
}

function decideNow(prepared: Prepared, token: TokenView, circumstances: Circumstances): Decision {
  return prepared.action.decideScope(token.scope) ?? applyRules(prepared, token, circumstances).decision
}

function traceNow(prepared: Prepared, token: TokenView, circumstances: Circumstances): Traced {
  const { decision, surroundings } = applyRules(prepared, token, circumstances)
  return { decision: prepared.action.decideScope(token.scope) ?? decision, surroundings, loaded: nothing }
}

function applyRules({ action, loadable }: Prepared, token: TokenView, circumstances: Circumstances) {
  const surroundings = surround(token, circumstances, loadable)
  const decision = action.decideRules(surroundings, circumstances.now)
  if (decision === undefined) throw new TypeError('an action without sources of facts wanted one')
  return { decision, surroundings }
}

function surround(token: TokenView, circumstances: Circumstances, loadable: ReadonlySet<string>): Surroundings {
  const { resource, input, facts } = circumstances
  return { claims: token.claims, resource, input, facts, details: undefined, loadable, wanted: undefined }
}

type Call = { readonly token: TokenView; readonly circumstances: Circumstances; readonly timer: Timer }

/** Decides as far as it can, loads the one fact that stopped it, and decides again: so no fact is loaded for nothing. */
async function traceLater({ action, sources, loadable }: Prepared, call: Call): Promise<Traced> {
  const { token, circumstances, timer } = call
  const { resource, input, now, requestFacts = new RequestFacts() } = circumstances
  const loaded = new Map<string, LoadedFact>()
  const refusal = action.decideScope(token.scope)
  let facts = circumstances.facts
  for (;;) {
    const surroundings = surround(token, { ...circumstances, ...(facts && { facts }) }, loadable)
    const decision = refusal ?? action.decideRules(surroundings, now)
    if (decision !== undefined) return { decision, surroundings, loaded }
    const source = sources.get(surroundings.wanted ?? '')
    if (source === undefined) throw new TypeError('no decision, and no fact that would help')
    const fact = await requestFacts.find(source, { token, resource, input }, timer)
    loaded.set(source.name, fact)
    facts = { ...facts, [source.name]: fact.kind === 'loaded' ? fact.value : unavailable }
  }
}
