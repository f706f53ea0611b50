import type { OperationCost, OperationShape } from './model.ts'
import type { Measured, Recorded, WorkId } from './recorded.ts'

const read = ['read'] as const
const write = ['write'] as const

/** What each work asks of the store, as the server's own counts of calls and the order in the code say it. */
export const shapes: Readonly<Record<WorkId, OperationShape>> = {
  jwt: [[read, write]],
  opaque: [[read, write]],
  introspection: [[read, read]],
  code: [
    [read, read, read, read, read, write],
    [read, read, write],
  ],
  refresh: [[read, read, ['read', 'read'], write]],
}

/** The measurement of a work with one process over some connections. @throws {Error} where there is none */
export function measuredAt({ measured }: Recorded, work: WorkId, connections: number): Measured {
  const found = measured.find(each => each.work === work && each.workers === 1 && each.connections === connections)
  if (!found) throw new Error(`nothing was measured of ${work} over ${connections} connections`)
  return found
}

/** Where the model is fitted: alone, where nothing is shared, and with as many as the bench has. */
export const fittedCounts = [1, 32] as const

/**
 * What a work costs: of each operation, and of each statement, whoever shares it. Two measurements give both, because
 * over few connections an operation has more statements to itself.
 */
export function fitCost(recorded: Recorded, work: WorkId): OperationCost {
  const [alone, together] = [measuredAt(recorded, work, fittedCounts[0]), measuredAt(recorded, work, fittedCounts[1])]
  const node = split(alone, together, 'serverMicros')
  const database = split(alone, together, 'databaseMicros')
  const calls = shapes[work].flat(2).length
  return {
    node: node.each,
    statement: { node: node.once, once: database.once, each: database.each / calls },
    load: together.loadMicros,
  }
}

/** The part of a cost that each operation has, and the part that each statement has. */
function split(alone: Measured, together: Measured, name: 'serverMicros' | 'databaseMicros') {
  const statements = alone.statements - together.statements
  const once = statements > 0 ? Math.max(0, (alone[name] - together[name]) / statements) : 0
  const each = Math.max(0, together[name] - once * together.statements)
  return { once, each }
}
