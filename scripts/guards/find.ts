import { type Node, Visitor } from 'oxc-parser'
import { parseFile } from '../source/syntax.ts'
import { lineAt, type SourceFile } from '../source/tree.ts'

/** An `if` that ends in a refusal: the place to delete. */
export interface Guard {
  readonly path: string
  readonly line: number
  readonly start: number
  readonly end: number
  /** The statement on one line, to be shown. */
  readonly text: string
}

const refusing = ['refuse', 'deny', 'reject', 'forbid', 'fail']
const refusedKinds = /refus|deni|reject|forbid|invalid|malformed|unauthori|throttl|wrong|expired|replay/

/**
 * Finds every guard: an `if` without `else` whose body is one `return` of a refusal, or ends in one. A refusal is a call of
 * `refuse` and its like, of a function that only wraps such a call, or a value whose `kind` says so.
 * With `wide` a return of `undefined`, `null` or `false` counts too: the guards of parsers and predicates.
 */
export function findGuards(files: readonly SourceFile[], { wide = false } = {}): readonly Guard[] {
  const names = refusingNames(files)
  return files.flatMap(file => {
    const found: Guard[] = []
    new Visitor({
      IfStatement(node) {
        const value = node.alternate ? undefined : returned(node.consequent)
        if (!value || !(isRefusal(value, names) || (wide && isNothing(value)))) return
        const text = file.text.slice(node.start, node.end).replaceAll(/\s+/g, ' ')
        found.push({ path: file.path, line: lineAt(file.text, node.start), start: node.start, end: node.end, text })
      },
    }).visit(parseFile(file).program)
    return found
  })
}

/** The text of a file without one guard; lines stay where they are. */
export function withoutGuard(text: string, { start, end }: Guard): string {
  const lines = text.slice(start, end).split('\n').length - 1
  return `${text.slice(0, start)}{}${'\n'.repeat(lines)}${text.slice(end)}`
}

/** The names of functions that refuse: the known ones, and those that do nothing but call one that refuses. */
function refusingNames(files: readonly SourceFile[]): ReadonlySet<string> {
  const wrappers = files.flatMap(wrappersIn)
  const names = new Set(refusing)
  for (let before = -1; before !== names.size; ) {
    before = names.size
    for (const { name, value } of wrappers) if (isRefusal(value, names)) names.add(name)
  }
  return names
}

function wrappersIn(file: SourceFile): readonly { readonly name: string; readonly value: Node }[] {
  const found: { readonly name: string; readonly value: Node }[] = []
  new Visitor({
    FunctionDeclaration({ id, body }) {
      const value = body && body.body.length === 1 ? returned(body) : undefined
      if (id && value) found.push({ name: id.name, value })
    },
  }).visit(parseFile(file).program)
  return found
}

/** What a statement returns, where a return is all it is or the last it does. */
function returned(statement: Node): Node | undefined {
  if (statement.type === 'ReturnStatement') return statement.argument ?? undefined
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : undefined
  return last ? returned(last) : undefined
}

function isRefusal(value: Node, names: ReadonlySet<string>): boolean {
  if (value.type === 'AwaitExpression') return isRefusal(value.argument, names)
  if (value.type === 'ObjectExpression') return hasRefusedKind(value, names)
  if (value.type !== 'CallExpression') return false
  const { callee } = value
  if (callee.type === 'Identifier' && names.has(callee.name)) return true
  if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && names.has(callee.property.name))
    return true
  return value.arguments.some(argument => isRefusal(argument, names))
}

function hasRefusedKind(value: Extract<Node, { type: 'ObjectExpression' }>, names: ReadonlySet<string>): boolean {
  return value.properties.some(property => {
    if (property.type !== 'Property') return false
    if (isRefusal(property.value, names)) return true
    const isKind = property.key.type === 'Identifier' && property.key.name === 'kind'
    return isKind && property.value.type === 'Literal' && refusedKinds.test(String(property.value.value))
  })
}

function isNothing(value: Node): boolean {
  if (value.type === 'Identifier') return value.name === 'undefined'
  return value.type === 'Literal' && (value.value === null || value.value === false)
}
