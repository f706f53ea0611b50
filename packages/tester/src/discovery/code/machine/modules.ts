import type { Node } from 'oxc-parser'
import { makeClass } from './classes.ts'
import { functionOf } from './functions.ts'
import { type Completion, evaluate, executeAll, type Machine, note } from './machine.ts'
import { exportOf, type Module, replacedExports } from './module.ts'
import { folderOf } from './resolve.ts'
import type { Scope } from './scope.ts'
import { asText, gap, native, nothing, recordOf, textOf, unknown, type Value } from './value.ts'

type At = { readonly node: Node; readonly scope: Scope }

/** Executes a module once. What imports it in a circle sees what is there by then. */
export function runModule(machine: Machine, module: Module): void {
  if (module.state !== 'new') return
  module.state = 'running'
  const { scope, path, commonJs, file } = module
  const folder = folderOf(path)
  scope.define('module', commonJs)
  scope.define('exports', commonJs.members.get('exports') ?? nothing)
  scope.define('__dirname', textOf(`/${folder}`))
  scope.define('__filename', textOf(`/${path}`))
  scope.define(
    'require',
    native('require', ({ args: [specifier], node, scope: from }) =>
      importModule(machine, asText(specifier), { node, scope: from }),
    ),
  )
  scope.define('this', commonJs.members.get('exports') ?? nothing)
  for (const node of file.program.body) if (node.type === 'ImportDeclaration') bindImports(machine, node, module)
  for (const node of file.program.body) if (isReexport(node)) exportStatement(machine, node, scope)
  executeAll(machine, file.program.body, scope)
  module.state = 'done'
}

function isReexport(node: Node): boolean {
  return node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null)
}

/** What an import or `require` gives: a module of the project, or something of a package. */
export function importModule(machine: Machine, specifier: string | undefined, at: At): Value {
  const { scope } = at
  if (specifier === undefined || specifier.includes(gap)) {
    note(machine, at, 'which file is loaded here is known only when it runs')
    return unknown('import')
  }
  const path = machine.resolve(scope.file.path, specifier)
  const module = path === undefined ? undefined : machine.modules.get(path)
  if (module === undefined) {
    const data = path === undefined ? undefined : machine.texts.get(path)
    if (data !== undefined) return valueOfJson(data)
    if (path === undefined && isProgram(specifier))
      note(machine, at, `\`${specifier}\` is not among the files that were read`)
    return externalOf(specifier)
  }
  runModule(machine, module)
  return replacedExports(module) ?? { kind: 'module', module }
}

/** Whether an import names a program of the project. */
function isProgram(specifier: string): boolean {
  return /^\.{1,2}(?:\/|$)/.test(specifier) && !/\.(?!(?:[cm]?[jt]sx?)$)\w{1,5}$/.test(specifier)
}

function externalOf(specifier: string): Value {
  return { kind: 'external', module: specifier.replace(/^node:/, ''), path: '' }
}

function valueOfJson(text: string): Value {
  try {
    const data: unknown = JSON.parse(text)
    return fromJson(data)
  } catch {
    return unknown()
  }
}

function fromJson(data: unknown): Value {
  if (typeof data === 'string') return textOf(data)
  if (typeof data === 'number' || typeof data === 'boolean' || data === null) return { kind: 'plain', value: data }
  if (Array.isArray(data)) return { kind: 'list', items: data.map(fromJson) }
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : []
  return recordOf(Object.fromEntries(entries.map(([name, value]) => [name, fromJson(value)])))
}

type Import = Extract<Node, { type: 'ImportDeclaration' }>

function bindImports(machine: Machine, node: Import, { scope }: Module): void {
  const find = () => importModule(machine, node.source.value, { node, scope })
  if (node.importKind === 'type') return
  find()
  for (const specifier of node.specifiers) {
    const name = specifier.type === 'ImportSpecifier' ? nameOfExport(specifier.imported) : 'default'
    const local = specifier.local.name
    if (specifier.type === 'ImportNamespaceSpecifier') scope.defineLater(local, find)
    else scope.defineLater(local, () => importedName(find(), name))
  }
}

/** A name of what was imported; the default of CommonJS is all that it exports. */
export function importedName(from: Value, name: string): Value {
  if (from.kind === 'module') return exportOf(from.module, name) ?? unknown(name)
  if (from.kind === 'external') {
    if (name === 'default') return from
    return { kind: 'external', module: from.module, path: from.path === '' ? name : `${from.path}.${name}` }
  }
  if (from.kind === 'record' || from.kind === 'function' || from.kind === 'class')
    return from.members.get(name) ?? (name === 'default' ? from : unknown(name))
  return name === 'default' ? from : unknown(name)
}

function nameOfExport(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'Literal' ? String(node.value) : ''
}

/** `import pets = require('./pets')` */
export function importEquals(
  machine: Machine,
  node: Extract<Node, { type: 'TSImportEqualsDeclaration' }>,
  scope: Scope,
): Completion {
  const { moduleReference } = node
  const specifier = moduleReference.type === 'TSExternalModuleReference' ? moduleReference.expression.value : undefined
  if (specifier !== undefined) scope.define(node.id.name, importModule(machine, specifier, { node, scope }))
  return 'next'
}

/** Executes what exports; every other statement means nothing to routes. */
export function exportStatement(machine: Machine, node: Node, scope: Scope): Completion {
  const module = machine.modules.get(scope.file.path)
  if (module === undefined) return 'next'
  switch (node.type) {
    case 'ExportNamedDeclaration':
      return exportNamed(machine, node, module)
    case 'ExportDefaultDeclaration':
      return exportDefault(machine, node, module)
    case 'ExportAllDeclaration': {
      const from = importModule(machine, node.source.value, { node, scope })
      if (node.exported !== null) module.exports.set(nameOfExport(node.exported), () => from)
      else if (from.kind === 'module') module.stars.push(from.module)
      return 'next'
    }
    case 'TSExportAssignment': {
      module.commonJs.members.set('exports', evaluate(machine, node.expression, scope))
      return 'next'
    }
    default:
      return 'next'
  }
}

type ExportNamed = Extract<Node, { type: 'ExportNamedDeclaration' }>

function exportNamed(machine: Machine, node: ExportNamed, module: Module): Completion {
  const { scope } = module
  const { declaration, source, specifiers } = node
  for (const { local, exported } of specifiers) {
    const name = nameOfExport(local)
    const find =
      source === null
        ? () => scope.find(name) ?? unknown(name)
        : () => importedName(importModule(machine, source.value, { node, scope }), name)
    module.exports.set(nameOfExport(exported), find)
  }
  if (declaration === null) return 'next'
  if (declaration.type !== 'FunctionDeclaration') executeAll(machine, [declaration], scope)
  for (const name of namesDeclared(declaration)) module.exports.set(name, () => scope.find(name) ?? unknown(name))
  return 'next'
}

function namesDeclared(node: Node): readonly string[] {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesInPattern(id))
  if ('id' in node && node.id !== null && node.id !== undefined && node.id.type === 'Identifier') return [node.id.name]
  return []
}

function namesInPattern(node: Node): readonly string[] {
  switch (node.type) {
    case 'Identifier':
      return [node.name]
    case 'ObjectPattern':
      return node.properties.flatMap(each => namesInPattern(each.type === 'Property' ? each.value : each.argument))
    case 'ArrayPattern':
      return node.elements.flatMap(each => (each === null ? [] : namesInPattern(each)))
    case 'AssignmentPattern':
      return namesInPattern(node.left)
    default:
      return []
  }
}

function exportDefault(
  machine: Machine,
  { declaration }: Extract<Node, { type: 'ExportDefaultDeclaration' }>,
  module: Module,
): Completion {
  const { scope, exports } = module
  const value = defaultOf(machine, declaration, scope)
  exports.set('default', () => value)
  if (
    (declaration.type === 'ClassDeclaration' || declaration.type === 'FunctionDeclaration') &&
    declaration.id !== null
  )
    scope.define(declaration.id.name, value)
  return 'next'
}

function defaultOf(machine: Machine, declaration: Node, scope: Scope): Value {
  if (declaration.type === 'FunctionDeclaration') return functionOf(declaration, scope)
  if (declaration.type === 'ClassDeclaration') return makeClass(machine, declaration, scope)
  return evaluate(machine, declaration, scope)
}
