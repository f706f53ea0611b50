import type { Node, VariableDeclaration } from 'oxc-parser'
import { makeClass } from './classes.ts'
import { functionOf } from './functions.ts'
import { type Completion, evaluate, executeAll, limits, type Machine, mayGoOn } from './machine.ts'
import { keyOf } from './members.ts'
import { exportStatement, importEquals } from './modules.ts'
import { bindPattern } from './patterns.ts'
import { Scope } from './scope.ts'
import { nothing, recordOf, returned, textOf, truthOf, unknown, type Value } from './value.ts'

/** Executes statements in order; functions are known before. */
export function executeNodes(machine: Machine, nodes: readonly Node[], scope: Scope): Completion {
  for (const node of nodes) hoist(node, scope)
  for (const node of nodes) if (execute(machine, node, scope) === 'done') return 'done'
  return 'next'
}

function hoist(node: Node, scope: Scope): void {
  const isExport = node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration'
  const declared = isExport ? node.declaration : node
  if (declared?.type === 'FunctionDeclaration' && declared.id !== null)
    scope.define(declared.id.name, functionOf(declared, scope))
}

/** Executes a statement: each branch is taken, and each loop at least once. */
function execute(machine: Machine, node: Node, scope: Scope): Completion {
  if (!mayGoOn(machine)) return 'done'
  switch (node.type) {
    case 'ExpressionStatement':
      evaluate(machine, node.expression, scope)
      return 'next'
    case 'VariableDeclaration':
      declare(machine, node, scope)
      return 'next'
    case 'ClassDeclaration':
      if (node.id !== null) scope.define(node.id.name, makeClass(machine, node, scope))
      return 'next'
    case 'ReturnStatement':
      return finish(node.argument === null ? nothing : evaluate(machine, node.argument, scope), scope)
    case 'ThrowStatement':
      return 'done'
    case 'BlockStatement':
      return executeAll(machine, node.body, new Scope(scope))
    case 'IfStatement':
      return executeIf(machine, node, scope)
    case 'TryStatement':
      return executeTry(machine, node, scope)
    case 'ForOfStatement':
      return executeLoop(machine, node, scope)
    case 'ForInStatement':
    case 'ForStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return executeOnce(machine, node, scope)
    case 'SwitchStatement':
      for (const { consequent } of node.cases) executeAll(machine, consequent, new Scope(scope))
      return 'next'
    case 'LabeledStatement':
      return execute(machine, node.body, scope)
    case 'TSEnumDeclaration':
      scope.define(node.id.name, enumOf(machine, node, scope))
      return 'next'
    case 'TSImportEqualsDeclaration':
      return importEquals(machine, node, scope)
    default:
      return exportStatement(machine, node, scope)
  }
}

function finish(value: Value, scope: Scope): Completion {
  const held = scope.find(returned)
  if (held?.kind === 'list') held.items.push(value)
  return 'done'
}

/** Executes declarations; a function or class is called by the name that it is given. */
function declare(machine: Machine, { declarations, kind }: VariableDeclaration, scope: Scope): void {
  for (const { id, init } of declarations) {
    if (init === null) {
      if (id.type === 'Identifier' && scope.find(id.name) === undefined) scope.define(id.name, nothing)
      continue
    }
    const isFunction = init.type === 'FunctionExpression' || init.type === 'ArrowFunctionExpression'
    const name = id.type === 'Identifier' ? id.name : undefined
    const value = isFunction ? functionOf(init, scope, init.id?.name ?? name) : evaluate(machine, init, scope)
    const bind = (bound: string, given: Value) =>
      kind === 'var' ? scope.defineInFunction(bound, given) : scope.define(bound, given)
    bindPattern(machine, id, value, { scope, bind })
  }
}

function executeIf(machine: Machine, node: Extract<Node, { type: 'IfStatement' }>, scope: Scope): Completion {
  const test = truthOf(evaluate(machine, node.test, scope))
  if (test === true) return execute(machine, node.consequent, scope)
  if (test === false) return node.alternate === null ? 'next' : execute(machine, node.alternate, scope)
  const first = execute(machine, node.consequent, scope)
  const second = node.alternate === null ? 'next' : execute(machine, node.alternate, scope)
  return first === 'done' && second === 'done' ? 'done' : 'next'
}

function executeTry(machine: Machine, node: Extract<Node, { type: 'TryStatement' }>, scope: Scope): Completion {
  const tried = execute(machine, node.block, scope)
  if (node.handler !== null) executeAll(machine, node.handler.body.body, new Scope(scope))
  if (node.finalizer !== null) execute(machine, node.finalizer, scope)
  return tried
}

function executeLoop(machine: Machine, node: Extract<Node, { type: 'ForOfStatement' }>, scope: Scope): Completion {
  const values = evaluate(machine, node.right, scope)
  const items = values.kind === 'list' ? values.items.slice(0, limits.items) : [unknown(undefined, [values])]
  for (const item of items) {
    const inside = new Scope(scope)
    const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : node.left
    const bind = (name: string, value: Value) => inside.define(name, value)
    if (target !== undefined) bindPattern(machine, target, item, { scope: inside, bind })
    execute(machine, node.body, inside)
  }
  return 'next'
}

function executeOnce(
  machine: Machine,
  node: Extract<Node, { type: 'ForStatement' | 'ForInStatement' | 'WhileStatement' | 'DoWhileStatement' }>,
  scope: Scope,
): Completion {
  const inside = new Scope(scope)
  if (node.type === 'ForInStatement') return executeKeys(machine, node, inside)
  execute(machine, node.body, inside)
  return 'next'
}

function executeKeys(machine: Machine, node: Extract<Node, { type: 'ForInStatement' }>, scope: Scope): Completion {
  const record = evaluate(machine, node.right, scope)
  const keys: readonly Value[] = record.kind === 'record' ? [...record.members.keys()].map(textOf) : [unknown()]
  const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : node.left
  for (const key of keys.slice(0, limits.items)) {
    const inside = new Scope(scope)
    const bind = (name: string, value: Value) => inside.define(name, value)
    if (target !== undefined) bindPattern(machine, target, key, { scope: inside, bind })
    execute(machine, node.body, inside)
  }
  return 'next'
}

function enumOf(machine: Machine, node: Extract<Node, { type: 'TSEnumDeclaration' }>, scope: Scope): Value {
  const made = recordOf()
  for (const [index, { id, initializer }] of node.body.members.entries()) {
    const key = keyOf(machine, { key: id, computed: false }, scope)
    const value = initializer === null ? undefined : evaluate(machine, initializer, scope)
    if (key !== undefined) made.members.set(key, value ?? { kind: 'plain', value: index })
  }
  return made
}
