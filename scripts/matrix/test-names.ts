import { type Expression, type Node, Visitor } from 'oxc-parser'
import { parseFile } from '../source/syntax.ts'
import type { SourceFile } from '../source/tree.ts'
import { tableValues } from './tables.ts'

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
  const tables = tableValues(program)
  const suites: string[] = []
  const found: TestName[] = []
  new Visitor({
    CallExpression(node) {
      const [first] = node.arguments
      if (!first || first.type === 'SpreadElement') return
      const call = calledName(node.callee)
      const names = namesOf(first, tables)
      if (suiteCalls.has(call)) suites.push(names[0] ?? '…')
      else if (testCalls.has(call)) found.push(...names.map(name => ({ path: file.path, suites: [...suites], name })))
    },
    'CallExpression:exit'(node) {
      if (node.arguments.length > 0 && suiteCalls.has(calledName(node.callee))) suites.pop()
    },
  }).visit(program)
  return found
}

/** `test` for `test(…)`, `test.only(…)` and `t.test(…)`. */
function calledName(callee: Expression): string {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type !== 'MemberExpression') return ''
  const { object, property } = callee
  if (property.type === 'Identifier' && testCalls.has(property.name)) return property.name
  return object.type === 'Identifier' ? object.name : ''
}

type Tables = ReadonlyMap<string, readonly string[]>

/** Every text an expression can be: literals, templates and sums of them, and the values of a table's column. */
function namesOf(expression: Node, tables: Tables): readonly string[] {
  if (expression.type === 'Literal') return typeof expression.value === 'string' ? [expression.value] : ['…']
  if (expression.type === 'TemplateLiteral') return namesOfTemplate(expression, tables)
  if (expression.type === 'BinaryExpression' && expression.operator === '+')
    return combine(namesOf(expression.left, tables), namesOf(expression.right, tables))
  return tables.get(keyOf(expression)) ?? ['…']
}

function namesOfTemplate(template: Extract<Node, { type: 'TemplateLiteral' }>, tables: Tables): readonly string[] {
  return template.quasis.reduce<readonly string[]>(
    (names, quasi, index) => {
      const before = index === 0 ? undefined : template.expressions[index - 1]
      const extended = before ? combine(names, namesOf(before, tables)) : names
      return extended.map(name => name + (quasi.value.cooked ?? ''))
    },
    [''],
  )
}

function combine(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.flatMap(a => right.map(b => a + b))
}

/** How `tableValues` calls what this expression reads: `row.name`, or `name` taken out of a row. */
function keyOf(expression: Node): string {
  if (expression.type === 'Identifier') return expression.name
  if (expression.type !== 'MemberExpression') return ''
  const { object, property } = expression
  return object.type === 'Identifier' && property.type === 'Identifier' ? `${object.name}.${property.name}` : ''
}
