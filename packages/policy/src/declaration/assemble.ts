import { type Catalogue, type Requirement, requirementOf } from '@ambit/scope'
import type { FactSource } from '../evaluation/request-facts.ts'
import type { ActionModel, PolicyModel } from '../model.ts'
import { Action, type ActionDraft } from './action.ts'
import { checkAction, checkLevels } from './check.ts'
import { PolicyError, type PolicyProblem, type Report } from './policy-error.ts'

/** A policy as data, and how its facts are fetched, by action. */
export type Assembled = {
  readonly model: PolicyModel
  readonly facts: ReadonlyMap<string, readonly FactSource[]>
}

type Frame = Pick<PolicyModel, 'catalogue' | 'levels'>

/**
 * Puts what was declared together, and checks it.
 * @throws {PolicyError} with all problems at once
 */
export function assemble(declared: ReadonlyMap<string, unknown>, frame: Frame): Assembled {
  const problems: PolicyProblem[] = []
  const report: Report = (path, message) => problems.push({ path, message })
  const actions = new Map<string, ActionModel>()
  const facts = new Map<string, readonly FactSource[]>()
  for (const [resource, declaredActions] of declared) {
    for (const [name, draft] of readDrafts(resource, declaredActions, report)) {
      const action = readAction(name, { draft, catalogue: frame.catalogue }, report)
      checkAction(action, { draft, levels: frame.levels }, report)
      actions.set(name, action)
      if (draft.facts.length > 0) facts.set(name, draft.facts)
    }
  }
  checkLevels(frame.levels, report)
  if (problems.length > 0) throw new PolicyError(problems)
  return { model: Object.freeze({ ...frame, levels: Object.freeze([...frame.levels]), actions }), facts }
}

function readDrafts(resource: string, declared: unknown, report: Report): readonly (readonly [string, ActionDraft])[] {
  if (typeof declared !== 'object' || declared === null) {
    report(resource, 'a function that gives the actions by name is wanted')
    return []
  }
  return Object.entries(declared).flatMap(([name, action]: [string, unknown]) => {
    const path = `${resource}.${name}`
    if (action instanceof Action && action.draft.resource === resource) return [[path, action.draft] as const]
    report(path, `an action is wanted, which begins with \`${resource}.needs(…)\``)
    return []
  })
}

type Given = { readonly draft: ActionDraft; readonly catalogue: Catalogue }

function readAction(name: string, { draft, catalogue }: Given, report: Report): ActionModel {
  for (const { at, message } of draft.problems) report(`${name}.${at}`, message)
  const [detailType, ...otherTypes] = draft.detailTypes
  if (otherTypes.length > 0) report(`${name}.details`, 'an action reads one type of authorization detail')
  return Object.freeze({
    name,
    resource: draft.resource,
    requirement: readRequirement(name, { draft, catalogue }, report),
    rules: Object.freeze([...draft.rules]),
    facts: Object.freeze(draft.facts.map(({ name: fact, timeout }) => ({ name: fact, timeout }))),
    ...(detailType !== undefined && { detailType }),
    isHidden: draft.isHidden,
  })
}

function readRequirement(name: string, { draft, catalogue }: Given, report: Report): Requirement {
  try {
    return requirementOf(catalogue, draft.needs)
  } catch (thrown) {
    report(`${name}.needs`, thrown instanceof RangeError ? thrown.message : 'a scope, `allOf` or `anyOf` is wanted')
    return { anyOf: [catalogue.empty] }
  }
}
