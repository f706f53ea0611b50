import { type BindingPattern, type ForOfStatement, type Node, type Program, Visitor } from 'oxc-parser'

/** A row of a table: its cells by property name or by index, those that are plain texts. */
export type Row = ReadonlyMap<string, string>

/** The tables of a file, by the names of their constants. */
export type Tables = ReadonlyMap<string, readonly Row[]>

/** Reads the tables of a file. */
export function readTables(program: Program): Tables {
  const tables = new Map<string, readonly Row[]>()
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init) tables.set(id.name, rowsOf(init, tables))
    },
  }).visit(program)
  return tables
}

/**
 * What the variables of a loop are, row by row. For `for (const row of rows)` it gives the texts of `row.name`, and for
 * `for (const { name } of rows)` or `for (const [name] of Object.entries(rows))` those of `name`.
 */
export function bindLoop({ left, right }: ForOfStatement, tables: Tables): readonly Row[] {
  const pattern = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : undefined
  return pattern ? rowsOf(right, tables).map(row => bindRow(row, pattern)) : []
}

function rowsOf(source: Node, known: ReadonlyMap<string, readonly Row[]>): readonly Row[] {
  const table = unwrap(source)
  if (table.type === 'Identifier') return known.get(table.name) ?? []
  if (table.type === 'ArrayExpression') return table.elements.flatMap(item => (item ? [rowOf(unwrap(item))] : []))
  if (table.type === 'ObjectExpression') return [...cells(table)].map(([key]) => new Map([['0', key]]))
  const [first] = table.type === 'CallExpression' ? table.arguments : []
  return first && first.type !== 'SpreadElement' ? rowsOf(first, known) : []
}

function rowOf(item: Node): Row {
  if (item.type === 'Literal') return new Map([['', String(item.value)]])
  if (item.type === 'ObjectExpression') return new Map(cells(item).flatMap(([key, value]) => textCell(key, value)))
  if (item.type !== 'ArrayExpression') return new Map()
  return new Map(item.elements.flatMap((value, index) => (value ? textCell(String(index), unwrap(value)) : [])))
}

function cells(table: Extract<Node, { type: 'ObjectExpression' }>): readonly (readonly [string, Node])[] {
  return table.properties.flatMap(property => {
    if (property.type !== 'Property' || property.computed) return []
    const { key, value } = property
    if (key.type === 'Identifier') return [[key.name, unwrap(value)] as const]
    return key.type === 'Literal' ? [[String(key.value), unwrap(value)] as const] : []
  })
}

function textCell(key: string, value: Node): readonly (readonly [string, string])[] {
  return value.type === 'Literal' && typeof value.value === 'string' ? [[key, value.value]] : []
}

function bindRow(row: Row, pattern: BindingPattern): Row {
  if (pattern.type === 'Identifier')
    return new Map([...row].map(([cell, text]) => [cell === '' ? pattern.name : `${pattern.name}.${cell}`, text]))
  const cells = cellsOf(pattern)
  return new Map(
    cells.flatMap(([name, cell]) => {
      const text = row.get(cell)
      return text === undefined ? [] : [[name, text] as const]
    }),
  )
}

/** Which variable a pattern takes out of which cell. */
function cellsOf(pattern: BindingPattern): readonly (readonly [name: string, cell: string])[] {
  if (pattern.type === 'ArrayPattern')
    return pattern.elements.flatMap((element, index) =>
      element?.type === 'Identifier' ? [[element.name, String(index)] as const] : [],
    )
  if (pattern.type !== 'ObjectPattern') return []
  return pattern.properties.flatMap(property => {
    if (property.type !== 'Property' || property.key.type !== 'Identifier' || property.value.type !== 'Identifier')
      return []
    return [[property.value.name, property.key.name] as const]
  })
}

function unwrap(node: Node): Node {
  const isWrapper = node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression'
  return isWrapper ? unwrap(node.expression) : node
}
