import type { Operand } from '../expression.ts'
import { comparisonsIn, operandsOf } from '../expression-parts.ts'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'
import { isCedarValue } from './cedar-text.ts'

/** Thrown where a policy cannot be said in Cedar, or Cedar gives no decision. That is never a permission. */
export class CedarError extends Error {
  override readonly name = 'CedarError'
}

/**
 * Refuses a policy that Cedar cannot hold: its numbers are whole ones, its texts are Unicode.
 * @throws {CedarError} with all that is in the way
 */
export function checkExpressible({ actions, levels }: PolicyModel): void {
  const problems = [
    ...levels.flatMap(level => textProblem('levels', level)),
    ...[...actions.values()].flatMap(action => [...textProblem('actions', action.name), ...actionProblems(action)]),
  ]
  if (problems.length > 0) throw new CedarError(`the policy cannot be said in Cedar\n  ${problems.join('\n  ')}`)
}

function actionProblems({ name, rules }: ActionModel): readonly string[] {
  return rules.flatMap(rule => {
    const path = `${name}.${rule.kind}("${rule.name}")`
    return [...textProblem(path, rule.name), ...numberProblems(path, numbersOf(rule)), ...conditionProblems(path, rule)]
  })
}

function conditionProblems(path: string, rule: Rule): readonly string[] {
  const condition = rule.kind === 'stepUp' ? rule.unless : rule.condition
  const literals = comparisonsIn(condition).flatMap(operandsOf).flatMap(literalsOf)
  return literals.flatMap(value =>
    typeof value === 'string'
      ? textProblem(path, value)
      : numberProblems(path, typeof value === 'number' ? [value] : []),
  )
}

function numbersOf(rule: Rule): readonly number[] {
  const condition = rule.kind === 'stepUp' ? rule.unless : rule.condition
  const percents = comparisonsIn(condition).flatMap(one => (one.kind === 'within' ? [one.percent] : []))
  return rule.kind === 'stepUp' && rule.maxAge !== undefined ? [...percents, rule.maxAge] : percents
}

function literalsOf(operand: Operand): readonly (string | number | boolean)[] {
  if (operand.kind === 'level') return literalsOf(operand.of)
  return operand.kind === 'literal' ? [operand.value].flat() : []
}

function numberProblems(path: string, numbers: readonly number[]): readonly string[] {
  const wrong = numbers.filter(number => !isCedarValue(number))
  return wrong.map(number => `${path}: \`${number}\` is no whole number, and Cedar has no others`)
}

function textProblem(path: string, text: string): readonly string[] {
  return isCedarValue(text) ? [] : [`${path}: a text ends in half a character`]
}
