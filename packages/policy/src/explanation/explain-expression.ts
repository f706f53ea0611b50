import { compileExpression } from '../evaluation/compile-expression.ts'
import { negate, type Outcome } from '../evaluation/outcome.ts'
import { readerOf, type Surroundings } from '../evaluation/read.ts'
import type { LoadedFact } from '../evaluation/request-facts.ts'
import type { Attribute, Expression, Operand } from '../expression.ts'
import type { ExplainedComparison, ExplainedOutcome } from './explanation.ts'
import { enclose, printComparison, printOperand, type SingleExpression } from './print-expression.ts'
import { printValue } from './print-value.ts'

/** What a condition is explained with. */
export type ExplainedWith = {
  readonly surroundings: Surroundings
  readonly levels: readonly string[]
  readonly resource: string
  readonly loaded: ReadonlyMap<string, LoadedFact>
}

/** A condition that was read step by step. */
export type ExplainedCondition = {
  readonly outcome: ExplainedOutcome
  readonly text: string
  readonly comparisons: readonly ExplainedComparison[]
}

type Walked = { readonly outcome: Outcome; readonly text: string; readonly comparisons: readonly ExplainedComparison[] }

/** Reads a condition as a decision does, and writes down what it reads. */
export function explainExpression(expression: Expression, explained: ExplainedWith): ExplainedCondition {
  const { surroundings } = explained
  surroundings.wanted = undefined
  try {
    const { outcome, text, comparisons } = walk(expression, explained)
    return {
      outcome: outcome === 'error' && surroundings.wanted !== undefined ? 'not loaded' : outcome,
      text,
      comparisons,
    }
  } catch {
    return { outcome: 'error', text: 'the data throws while it is read', comparisons: [] }
  }
}

function walk(expression: Expression, explained: ExplainedWith): Walked {
  if (expression.kind === 'and') return walkChain(expression.all, { joint: 'and', neutral: 'true' }, explained)
  if (expression.kind === 'or') return walkChain(expression.any, { joint: 'or', neutral: 'false' }, explained)
  if (expression.kind !== 'not') return walkComparison(expression, explained)
  const { outcome, text, comparisons } = walk(expression.of, explained)
  return { outcome: negate(outcome), text: `not (${text})`, comparisons }
}

function walkComparison(expression: SingleExpression, explained: ExplainedWith): Walked {
  const { levels, surroundings } = explained
  const outcome = compileExpression(expression, levels)(surroundings)
  const text = printComparison(expression, operand => showOperand(operand, explained))
  return { outcome, text, comparisons: expression.kind === 'constant' ? [] : [{ text, outcome }] }
}

type Chain = { readonly joint: 'and' | 'or'; readonly neutral: Outcome }

function walkChain(parts: readonly Expression[], { joint, neutral }: Chain, explained: ExplainedWith): Walked {
  const texts: string[] = []
  const comparisons: ExplainedComparison[] = []
  let outcome = neutral
  for (const part of parts) {
    if (outcome !== neutral) {
      texts.push('…')
      break
    }
    const walked = walk(part, explained)
    const mark = walked.comparisons.length === 1 ? ` [${walked.outcome}]` : ''
    texts.push(`${enclose(walked.text, part, joint)}${mark}`)
    comparisons.push(...walked.comparisons)
    outcome = walked.outcome
  }
  return { outcome, text: texts.join(` ${joint} `), comparisons }
}

function showOperand(operand: Operand, explained: ExplainedWith): string {
  if (operand.kind === 'literal') return printOperand(operand, explained.resource)
  if (operand.kind === 'attribute') return showAttribute(operand, explained)
  const isKnown = readerOf(operand, explained.levels)(explained.surroundings) !== undefined
  return `${showOperand(operand.of, explained)}${isKnown ? '' : ' (no level)'}`
}

function showAttribute(attribute: Attribute, { surroundings, levels, resource, loaded }: ExplainedWith): string {
  const value = readerOf(attribute, levels)(surroundings)
  const fact = attribute.source === 'fact' ? loaded.get(attribute.path[0] ?? '') : undefined
  const name = printOperand(attribute, resource)
  if (fact?.kind === 'failed') return `${name} (could not be loaded)`
  if (fact?.kind === 'late') return `${name} (was not loaded in time)`
  return `${name} ${printValue(value, attribute.path)}`
}
