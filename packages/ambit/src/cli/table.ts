import { styleText } from 'node:util'
import type { CliIo } from './command.ts'
import { printableLine } from './printable.ts'

/** Prints rows below their headings, each column as wide as its longest text. */
export function printTable(io: CliIo, headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map(row => printableLine(row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => printableLine(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  io.out(`${bold(io, line(headings))}\n`)
  for (const row of rows) io.out(`${line(row)}\n`)
}

/** Prints names and values, one pair a line; a value that is absent is left out. */
export function printFacts(io: CliIo, facts: readonly (readonly [name: string, value: string | undefined])[]): void {
  const present = facts.filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(...present.map(([name]) => name.length))
  for (const [name, value] of present) io.out(`${bold(io, name.padEnd(width))}  ${printableLine(value ?? '')}\n`)
}

/** A text in bold where a person reads it and did not ask for plain text. */
export function bold(io: CliIo, text: string): string {
  return isColourful(io) ? styleText('bold', text, { validateStream: false }) : text
}

/** Whether colours are wanted. */
export function isColourful({ isTerminal, environment }: CliIo): boolean {
  return isTerminal && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
}

/** A point in time for people: UTC, to the second. */
export function printTime(at: number): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z')
}
