import type { Attribute, Expression, Operand } from '../expression.ts'
import { attributesIn, comparisonsIn, operandsOf } from '../expression-parts.ts'
import type { ActionModel, Rule } from '../model.ts'
import type { ActionDraft } from './action.ts'
import type { Report } from './policy-error.ts'

const identifier = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const ruleName = /^[^\p{Cc}]{1,200}$/u

/** One of several classes in a challenge. @spec RFC 9470 §3 */
const classReference = /^[!-~]+$/

/** Names that already mean something where an object is given by its name. */
const takenNames: ReadonlySet<string> = new Set([
  'token',
  'input',
  'details',
  'fact',
  'facts',
  'now',
  'requestFacts',
  'signal',
])

/** What an action is checked against. */
type Frame = { readonly draft: ActionDraft; readonly levels: readonly string[] }

/** Reports levels that are no order. */
export function checkLevels(levels: readonly string[], report: Report): void {
  for (const level of levels.filter(level => !classReference.test(level)))
    report('levels', `no challenge can ask for \`${level}\`; visible ASCII characters without spaces are wanted`)
  for (const level of repeated(levels)) report('levels', `\`${level}\` is named twice`)
}

/** Reports everything in an action that types could not see. */
export function checkAction(action: ActionModel, frame: Frame, report: Report): void {
  checkNames(action, report)
  checkFacts(action, report)
  for (const name of repeated(action.rules.map(rule => rule.name))) {
    const isLogin = action.rules.filter(rule => rule.name === name).every(({ kind }) => kind === 'stepUp')
    const advice = isLogin ? 'join the exceptions of its `stepUp` with `and`' : 'each wants a name of its own'
    report(action.name, `two rules are called \`${name}\`; ${advice}`)
  }
  for (const rule of action.rules) checkRule(rule, { ...frame, action }, report)
}

function checkNames({ name, resource }: ActionModel, report: Report): void {
  const action = name.slice(resource.length + 1)
  if (!identifier.test(resource)) report(resource, 'a name of letters, digits, `_` and `-` is wanted')
  if (!identifier.test(action)) report(name, 'a name of letters, digits, `_` and `-` is wanted')
  if (takenNames.has(resource))
    report(resource, `an object cannot be called \`${resource}\`, which means something else here`)
}

function checkFacts({ name, facts }: ActionModel, report: Report): void {
  for (const fact of repeated(facts.map(({ name }) => name))) report(name, `two facts are called \`${fact}\``)
  for (const fact of facts) {
    const path = `${name}.fact("${fact.name}")`
    if (!identifier.test(fact.name)) report(path, 'a name of letters, digits, `_` and `-` is wanted')
    if (!(fact.timeout > 0 && fact.timeout <= 60_000)) report(path, '`timeout` wants 1 to 60,000 milliseconds')
  }
}

function checkRule(rule: Rule, frame: Frame & { readonly action: ActionModel }, report: Report): void {
  const path = `${frame.action.name}.${rule.kind}("${rule.name}")`
  if (!ruleName.test(rule.name)) report(path, 'a name of 1 to 200 characters, none of them a control, is wanted')
  const { levels } = frame
  if (rule.kind === 'stepUp' && rule.acr !== undefined && !levels.includes(rule.acr))
    report(path, unknownLevel(rule.acr, levels))
  const condition = rule.kind === 'stepUp' ? rule.unless : rule.condition
  for (const problem of problemsIn(condition, frame)) report(path, problem)
}

function problemsIn(condition: Expression, frame: Frame): readonly string[] {
  const unknown = attributesIn(condition).flatMap(attribute => missingDeclaration(attribute, frame.draft))
  const comparisons = comparisonsIn(condition)
  return [
    ...unknown,
    ...comparisons.flatMap(comparedWithItself),
    ...comparisons.flatMap(part => unknownLevels(part, frame)),
  ]
}

function missingDeclaration({ source, path }: Attribute, draft: ActionDraft): readonly string[] {
  const isFact = draft.facts.some(({ name }) => name === path[0])
  if (source === 'fact' && !isFact) return [`the fact \`${path[0] ?? ''}\` is not declared with \`fact\``]
  if (source === 'input' && !draft.hasInput) return ['the action has no input; declare it with `input`']
  if (source === 'details' && draft.detailTypes.length === 0) return ['declare the type of the details with `details`']
  if (source === 'resource' && !draft.hasObject) return ['the action is declared `withoutObject`']
  return []
}

function comparedWithItself(comparison: Expression): readonly string[] {
  const [left, right] = operandsOf(comparison).map(operand => JSON.stringify(operand))
  return left !== undefined && left === right ? ['a value is compared with itself'] : []
}

function unknownLevels(comparison: Expression, { levels }: Frame): readonly string[] {
  const operands = operandsOf(comparison)
  if (!operands.some(isClass)) return []
  const named = operands.flatMap(literalsOf)
  return named.filter(name => !levels.includes(name)).map(name => unknownLevel(name, levels))
}

function isClass(operand: Operand): boolean {
  if (operand.kind === 'level') return isClass(operand.of)
  return operand.kind === 'attribute' && operand.source === 'token' && operand.path.join('.') === 'acr'
}

function literalsOf(operand: Operand): readonly string[] {
  if (operand.kind === 'level') return literalsOf(operand.of)
  return operand.kind === 'literal' ? [operand.value].flat().map(String) : []
}

function unknownLevel(name: string, levels: readonly string[]): string {
  return `\`${name}\` is no level; there are ${levels.map(level => `\`${level}\``).join(', ') || 'none'}`
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}
