import type {
  AssignmentExpression,
  ConditionalExpression,
  LogicalExpression,
  MemberExpression,
  Node,
  ObjectExpression,
  TemplateLiteral,
} from 'oxc-parser'
import { evaluateCall } from './calls.ts'
import { makeClass } from './classes.ts'
import { evaluateAll } from './elements.ts'
import { functionOf } from './functions.ts'
import { evaluate, type Machine, mayGoOn } from './machine.ts'
import { keyOf, memberName, memberOf } from './members.ts'
import { importModule } from './modules.ts'
import { bindPattern } from './patterns.ts'
import type { Scope } from './scope.ts'
import {
  asText,
  copyMembers,
  gap,
  isKnown,
  listOf,
  nothing,
  type RecordValue,
  recordOf,
  textOf,
  truthOf,
  unknown,
  type Value,
} from './value.ts'

/** What an expression comes to. */
export function evaluateNode(machine: Machine, node: Node, scope: Scope): Value {
  if (!mayGoOn(machine)) return unknown()
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? textOf(node.value) : { kind: 'plain', value: node.value }
    case 'TemplateLiteral':
      return evaluateTemplate(machine, node, scope)
    case 'Identifier':
      return node.name === 'undefined' ? nothing : (scope.find(node.name) ?? global(node.name))
    case 'ThisExpression':
      return scope.find('this') ?? unknown('this')
    case 'Super':
      return scope.find('super') ?? unknown('super')
    case 'ArrayExpression':
      return listOf(evaluateAll(machine, node.elements, scope))
    case 'ObjectExpression':
      return evaluateObject(machine, node, scope)
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return functionOf(node, scope)
    case 'ClassExpression':
      return makeClass(machine, node, scope)
    case 'MemberExpression':
      return evaluateMember(machine, node, scope)
    case 'CallExpression':
    case 'NewExpression':
      return evaluateCall(machine, node, scope)
    case 'ImportExpression':
      return importModule(machine, asText(evaluate(machine, node.source, scope)), { node, scope })
    case 'ConditionalExpression':
      return evaluateCondition(machine, node, scope)
    case 'LogicalExpression':
      return evaluateLogical(machine, node, scope)
    case 'BinaryExpression':
      return evaluateBinary(machine, node, scope)
    case 'AssignmentExpression':
      return evaluateAssignment(machine, node, scope)
    case 'SequenceExpression':
      return node.expressions.map(each => evaluate(machine, each, scope)).at(-1) ?? nothing
    case 'UnaryExpression':
      return evaluateUnary(node.operator, evaluate(machine, node.argument, scope))
    case 'MetaProperty':
      return metaOf(scope)
    case 'AwaitExpression':
      return evaluate(machine, node.argument, scope)
    case 'YieldExpression':
      return node.argument === null ? nothing : evaluate(machine, node.argument, scope)
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
      return evaluate(machine, node.expression, scope)
    default:
      return unknown()
  }
}

function global(name: string): Value {
  return { kind: 'external', module: 'global', path: name }
}

function evaluateMember(machine: Machine, node: MemberExpression, scope: Scope): Value {
  const owner = evaluate(machine, node.object, scope)
  const name = memberName(machine, node, scope)
  return name === undefined ? anyMember(owner) : memberOf(machine, owner, name)
}

/** Which member it is is not known: where all are alike enough, any one stands for it. */
function anyMember(owner: Value): Value {
  const items = owner.kind === 'list' ? owner.items : owner.kind === 'record' ? [...owner.members.values()] : []
  return unknown(undefined, items)
}

function evaluateTemplate(machine: Machine, { quasis, expressions }: TemplateLiteral, scope: Scope): Value {
  const parts = expressions.map(each => asText(evaluate(machine, each, scope)) ?? gap)
  return textOf(quasis.map(({ value }, index) => `${value.cooked ?? value.raw}${parts[index] ?? ''}`).join(''))
}

function evaluateObject(machine: Machine, { properties }: ObjectExpression, scope: Scope): Value {
  const record: RecordValue = recordOf()
  for (const property of properties) {
    if (property.type === 'SpreadElement') {
      copyMembers(evaluate(machine, property.argument, scope), record.members)
      continue
    }
    const name = keyOf(machine, property, scope)
    const { value } = property
    const isFunction = value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression'
    const isGetter = property.kind === 'get'
    const made = isFunction ? { ...functionOf(value, scope, name), isGetter } : evaluate(machine, value, scope)
    if (name !== undefined && property.kind !== 'set') record.members.set(name, made)
  }
  return record
}

function evaluateCondition(machine: Machine, node: ConditionalExpression, scope: Scope): Value {
  const test = truthOf(evaluate(machine, node.test, scope))
  if (test !== undefined) return evaluate(machine, test ? node.consequent : node.alternate, scope)
  const [one, other] = [evaluate(machine, node.consequent, scope), evaluate(machine, node.alternate, scope)]
  if (isKnown(one) && one.kind !== 'plain') return one
  return isKnown(other) ? other : one
}

function evaluateLogical(machine: Machine, node: LogicalExpression, scope: Scope): Value {
  const left = evaluate(machine, node.left, scope)
  const truth =
    node.operator === '??' && left.kind === 'plain' ? left.value !== null && left.value !== undefined : truthOf(left)
  if (node.operator === '&&') return truth === false ? left : evaluate(machine, node.right, scope)
  if (truth === true) return left
  const right = evaluate(machine, node.right, scope)
  return isKnown(right) || truth === false ? right : left
}

function evaluateBinary(machine: Machine, node: Extract<Node, { type: 'BinaryExpression' }>, scope: Scope): Value {
  const [left, right] = [evaluate(machine, node.left, scope), evaluate(machine, node.right, scope)]
  const [a, b] = [asText(left), asText(right)]
  if (node.operator === '+' && (left.kind === 'text' || right.kind === 'text')) return textOf(`${a ?? gap}${b ?? gap}`)
  const areTexts = left.kind === 'text' && right.kind === 'text'
  if (areTexts && (node.operator === '===' || node.operator === '==')) return { kind: 'plain', value: a === b }
  return areTexts && (node.operator === '!==' || node.operator === '!=') ? { kind: 'plain', value: a !== b } : unknown()
}

function evaluateUnary(operator: string, argument: Value): Value {
  const truth = truthOf(argument)
  return operator === '!' && truth !== undefined ? { kind: 'plain', value: !truth } : unknown()
}

function evaluateAssignment(machine: Machine, node: AssignmentExpression, scope: Scope): Value {
  const { left, right, operator } = node
  const isNamed = left.type === 'Identifier' || left.type === 'MemberExpression'
  const isFunction = right.type === 'FunctionExpression' || right.type === 'ArrowFunctionExpression'
  const name = left.type === 'Identifier' ? left.name : left.type === 'MemberExpression' ? nameIn(left) : undefined
  let value = isFunction && isNamed ? functionOf(right, scope, right.id?.name ?? name) : evaluate(machine, right, scope)
  if (operator !== '=') {
    const held = isNamed ? evaluate(machine, left, scope) : unknown()
    if (operator === '+=') value = held.kind === 'text' ? textOf(`${held.text}${asText(value) ?? gap}`) : unknown()
    else if (isKnown(held) && truthOf(held) === true) return held
  }
  bindPattern(machine, left, value, { scope, bind: (bound, given) => scope.assign(bound, given) })
  return value
}

function nameIn({ property }: Extract<Node, { type: 'MemberExpression' }>): string | undefined {
  return property.type === 'Identifier' ? property.name : undefined
}

function metaOf({ file }: Scope): Value {
  const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '.'
  return recordOf({
    url: textOf(`file:///${file.path}`),
    dirname: textOf(`/${folder}`),
    filename: textOf(`/${file.path}`),
  })
}
