import { type Node, type Program, parseSync, visitorKeys } from 'oxc-parser'
import type { Place } from '../../target/api-operation.ts'

/** A file of the project: its path from the project's folder, with slashes. */
export type SourceFile = { readonly path: string; readonly text: string }

/** What could not be read, or was read with doubt; told to people with its place. */
export type CodeNote = {
  readonly place: Place
  readonly message: string
  /** Whether a route could be there that was not found. */
  readonly mayHideRoutes: boolean
}

/** A file as a syntax tree. */
export type ParsedFile = {
  readonly path: string
  readonly program: Program
  readonly placeOf: (node: { readonly start: number }) => Place
}

/** Parses a file; what is no program is a note with its line. */
export function parseSource({ path, text }: SourceFile): ParsedFile | CodeNote {
  const lines = lineStarts(text)
  const placeOf = ({ start }: { readonly start: number }): Place => {
    const line = lineAt(lines, start)
    return { file: path, line: line + 1, column: start - (lines[line] ?? 0) + 1 }
  }
  const attempts = /\.[cm]?js$/.test(path) ? [path, path.replace(/\.[cm]?js$/, '.jsx'), `${path}.ts`] : [path]
  const results = attempts.map(name => () => parseSync(name, text))
  let problem = 'it is no program'
  let start = 0
  for (const attempt of results) {
    const { errors, program } = attempt()
    const [error] = errors.filter(({ severity }) => severity === 'Error')
    if (error === undefined) return { path, program, placeOf }
    if (attempt === results[0]) {
      problem = error.message.toLowerCase()
      start = error.labels[0]?.start ?? 0
    }
  }
  return { place: placeOf({ start }), message: `it cannot be read: ${problem}`, mayHideRoutes: true }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) starts.push(index + 1)
  return starts
}

function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** The nodes directly below a node. */
export function childrenOf(node: Node): readonly Node[] {
  const members = new Map<string, unknown>(Object.entries(node))
  const children: Node[] = []
  for (const key of visitorKeys[node.type] ?? []) {
    const value = members.get(key)
    for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) children.push(each)
  }
  return children
}

/** All nodes below a node and itself, from the top, without recursion. */
export function* nodesIn(root: Node): Generator<Node> {
  const waiting: Node[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node
    waiting.push(...[...childrenOf(node)].reverse())
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** What an expression is called in the code: `guards.isAdmin`, also where it is called. */
export function nameOfNode(node: Node | undefined): string | undefined {
  switch (node?.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return node.name
    case 'ThisExpression':
      return 'this'
    case 'MemberExpression': {
      const key = node.computed ? keyOfLiteral(node.property) : nameOfNode(node.property)
      const owner = nameOfNode(node.object)
      return key === undefined ? owner : owner === undefined || owner === 'this' ? key : `${owner}.${key}`
    }
    case 'CallExpression':
    case 'NewExpression':
      return nameOfNode(node.callee)
    case 'AwaitExpression':
      return nameOfNode(node.argument)
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      return nameOfNode(node.expression)
    case 'SequenceExpression':
      return nameOfNode(node.expressions.at(-1))
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node.id?.name
    default:
      return undefined
  }
}

function keyOfLiteral(node: Node): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
}

/** The last part of a name: `isAdmin` of `guards.isAdmin`; what compilers add is left out. */
export function lastName(name: string | undefined): string | undefined {
  const parts = name?.split('.').filter(part => part !== 'default' && part !== '')
  return parts?.at(-1)?.replace(/_\d+$/, '')
}
