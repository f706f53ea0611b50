// JSON Schema 2020-12 §6.2
import type { SchemaObject } from './resolve-schema.ts'

/** A number that fits the limits of a schema, as near to 1 as they allow; `undefined` where none was found. */
export function sampleNumber(schema: SchemaObject, isInteger: boolean): number | undefined {
  const step = positive(schema['multipleOf']) ?? (isInteger ? 1 : undefined)
  const lowest = lowerLimit(schema, step)
  const highest = upperLimit(schema, step)
  const wished = Math.min(Math.max(1, lowest), highest)
  const value = step === undefined ? wished : onStep(wished, step, { lowest, highest })
  const fits = value >= lowest && value <= highest && (!isInteger || Number.isInteger(value))
  return fits && Number.isFinite(value) ? value : undefined
}

function lowerLimit(schema: SchemaObject, step: number | undefined): number {
  const { minimum, exclusiveMinimum } = schema
  const inclusive = numberIn(minimum) ?? -Infinity
  const exclusive = exclusiveMinimum === true ? inclusive : (numberIn(exclusiveMinimum) ?? -Infinity)
  return exclusive >= inclusive && exclusive > -Infinity ? exclusive + gap(exclusive, step) : inclusive
}

function upperLimit(schema: SchemaObject, step: number | undefined): number {
  const { maximum, exclusiveMaximum } = schema
  const inclusive = numberIn(maximum) ?? Infinity
  const exclusive = exclusiveMaximum === true ? inclusive : (numberIn(exclusiveMaximum) ?? Infinity)
  return exclusive <= inclusive && exclusive < Infinity ? exclusive - gap(exclusive, step) : inclusive
}

/** How far beyond an excluded limit the first value stands. */
function gap(limit: number, step: number | undefined): number {
  return step ?? Math.max(Math.abs(limit) * 1e-6, 1e-3)
}

type Limits = { readonly lowest: number; readonly highest: number }

/** The nearest multiple at or below the wish; the one above it where the first would be too low, or nothing at all. */
function onStep(wished: number, step: number, { lowest, highest }: Limits): number {
  const steps = Math.floor(wished / step)
  const [below, above] = [rounded(steps * step, step), rounded((steps + 1) * step, step)]
  return below < lowest || (below === 0 && above <= highest && wished > 0) ? above : below
}

/** Takes away what binary fractions leave behind: 0.30000000000000004 is 0.3. */
function rounded(value: number, step: number): number {
  const [, decimals = ''] = String(step).split('.')
  return decimals.length > 12 ? value : Number(value.toFixed(decimals.length))
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function positive(value: unknown): number | undefined {
  const number = numberIn(value)
  return number !== undefined && number > 0 ? number : undefined
}
