import { type Expression, type Node, Visitor } from 'oxc-parser'
import { parseFile } from '../source/syntax.ts'
import type { SourceFile } from '../source/tree.ts'
import { bindLoop, type Row, readTables } from './tables.ts'

/** The name of one test, with the names of the suites around it. */
export interface TestName {
  readonly path: string
  readonly suites: readonly string[]
  readonly name: string
}

const suiteCalls = new Set(['describe', 'suite'])
const testCalls = new Set(['test', 'it'])

/**
 * Reads the names of tests from the text of a file, without running it. A name made in a loop over a table in the
 * same file is read once for each row; what cannot be read stands as `…`.
 */
export function readTestNames(file: SourceFile): readonly TestName[] {
  const { program } = parseFile(file)
  const tables = readTables(program)
  const suites: Expression[] = []
  const loops: (readonly Row[])[] = []
  const found: TestName[] = []
  new Visitor({
    ForOfStatement: loop => void loops.push(bindLoop(loop, tables)),
    'ForOfStatement:exit': () => void loops.pop(),
    CallExpression(node) {
      const [first] = node.arguments
      if (!first || first.type === 'SpreadElement') return
      const call = calledName(node.callee)
      if (suiteCalls.has(call)) suites.push(first)
      else if (testCalls.has(call)) found.push(...namesIn(file.path, { suites, name: first, loops }))
    },
    'CallExpression:exit'(node) {
      if (node.arguments.length > 0 && suiteCalls.has(calledName(node.callee))) suites.pop()
    },
  }).visit(program)
  return found
}

type Named = {
  readonly suites: readonly Expression[]
  readonly name: Expression
  /** The rows of each loop around the test, the outermost first. */
  readonly loops: readonly (readonly Row[])[]
}

/** The names that a test has in the passes of its loops, each once. */
function namesIn(path: string, { suites, name, loops }: Named): readonly TestName[] {
  const passes = loops.reduce<readonly Row[]>(
    (outer, rows) => (rows.length === 0 ? outer : outer.flatMap(row => rows.map(inner => new Map([...row, ...inner])))),
    [new Map()],
  )
  const names = passes.map(pass => ({
    path,
    suites: suites.map(suite => textOf(suite, pass)),
    name: textOf(name, pass),
  }))
  return [...new Map(names.map(each => [JSON.stringify(each), each])).values()]
}

/** `test` for `test(…)`, `test.only(…)` and `t.test(…)`, but not for `/pattern/.test(…)`. */
function calledName(callee: Expression): string {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type !== 'MemberExpression') return ''
  const { object, property } = callee
  if (object.type !== 'Identifier') return ''
  return property.type === 'Identifier' && testCalls.has(property.name) ? property.name : object.name
}

/** The text that an expression is in one pass: a literal, a template, a sum, or a cell of the row. */
function textOf(expression: Node, pass: Row): string {
  if (expression.type === 'Literal') return typeof expression.value === 'string' ? expression.value : '…'
  if (expression.type === 'TemplateLiteral')
    return expression.quasis
      .map(({ value }, index) => {
        const before = index === 0 ? undefined : expression.expressions[index - 1]
        return (before ? textOf(before, pass) : '') + (value.cooked ?? '')
      })
      .join('')
  if (expression.type === 'BinaryExpression' && expression.operator === '+')
    return textOf(expression.left, pass) + textOf(expression.right, pass)
  return pass.get(keyOf(expression)) ?? '…'
}

/** How `bindLoop` calls what this expression reads: `row.name`, or `name` taken out of a row. */
function keyOf(expression: Node): string {
  if (expression.type === 'Identifier') return expression.name
  if (expression.type !== 'MemberExpression') return ''
  const { object, property } = expression
  return object.type === 'Identifier' && property.type === 'Identifier' ? `${object.name}.${property.name}` : ''
}
