import { type BindingPattern, type Node, type Program, Visitor } from 'oxc-parser'

/** A row of a table: its cells by property name or by index, those that are plain texts. */
type Row = ReadonlyMap<string, string>

/**
 * Reads the tables that a file loops over. For `for (const row of rows)` it gives the texts of `row.name`, and for
 * `for (const { name } of rows)` or `for (const [name] of Object.entries(rows))` those of `name`.
 */
export function tableValues(program: Program): ReadonlyMap<string, readonly string[]> {
  const rows = new Map<string, readonly Row[]>()
  const values = new Map<string, readonly string[]>()
  const add = (source: Node, pattern: BindingPattern) => {
    for (const [key, texts] of columns(rowsOf(source, rows), pattern))
      values.set(key, [...(values.get(key) ?? []), ...texts])
  }
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init) rows.set(id.name, rowsOf(init, rows))
    },
  }).visit(program)
  new Visitor({
    ForOfStatement({ left, right }) {
      const pattern = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : undefined
      if (pattern) add(right, pattern)
    },
  }).visit(program)
  return values
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

function columns(rows: readonly Row[], pattern: BindingPattern): readonly (readonly [string, readonly string[]])[] {
  const column = (cell: string) => rows.flatMap(row => row.get(cell) ?? [])
  if (pattern.type === 'Identifier') {
    const names = new Set(rows.flatMap(row => [...row.keys()]))
    return [...names].map(cell => [cell === '' ? pattern.name : `${pattern.name}.${cell}`, column(cell)] as const)
  }
  if (pattern.type === 'ArrayPattern')
    return pattern.elements.flatMap((element, index) =>
      element?.type === 'Identifier' ? [[element.name, column(String(index))] as const] : [],
    )
  if (pattern.type !== 'ObjectPattern') return []
  return pattern.properties.flatMap(property => {
    if (property.type !== 'Property' || property.key.type !== 'Identifier' || property.value.type !== 'Identifier')
      return []
    return [[property.value.name, column(property.key.name)] as const]
  })
}

function unwrap(node: Node): Node {
  const isWrapper = node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression'
  return isWrapper ? unwrap(node.expression) : node
}
