// RFC 6749 §3.3
import type { CellState, MatrixRow, ReportCell, ScopeMatrix } from '../matrix.ts'
import type { Report, ReportResult } from '../report.ts'
import { evidenceMarkup } from './evidence.ts'
import { html, type Markup, prose } from './markup.ts'
import type { Reader } from './reader.ts'
import { cellWords } from './words.ts'

const wrongStates: ReadonlySet<CellState> = new Set(['too_open', 'too_closed', 'unknown'])
// a square that is right needs little proof, and there may be thousands of them
const rightLimits = { exchanges: 1, characters: 900 }
const wrongLimits = { exchanges: 3, characters: 6000 }

/** The matrix operations × scopes, and what stands behind each square. */
export function matrixMarkup(report: Report, reader: Reader): Markup | undefined {
  const { matrix } = report
  if (matrix.groups.length === 0) return undefined
  const wrong = matrix.counts.too_open + matrix.counts.too_closed
  return html`<section id="matrix" aria-labelledby="matrix-title"><h2 id="matrix-title">Who opens what</h2>
<p>Each row is an operation, each column a token that holds only the scope at its head. A square says whether that token was let in, and whether it should have been. ${
    wrong === 0 ? 'No square is wrong.' : `${reader.number(wrong)} ${wrong === 1 ? 'square is' : 'squares are'} wrong.`
  } Follow a square to see what was sent, what came back, and the rule.</p>
${legendMarkup(report, reader)}
<label class="filter"><input type="checkbox" id="only-wrong"> Only operations with something wrong or not judged</label>
<div class="wide" role="region" aria-label="The matrix of operations and scopes" tabindex="0"><table class="matrix"><thead><tr><th scope="col">Operation</th>${matrix.scopes.map(
    scope => html`<th scope="col"><span>${scope === '' ? 'no scope' : scope}</span></th>`,
  )}</tr></thead>${matrix.groups.map(({ name, rows }) => groupMarkup(name, rows, matrix.scopes.length))}</table></div>
${squaresMarkup(report, reader)}</section>`
}

function legendMarkup({ matrix }: Report, reader: Reader): Markup {
  const states = Object.entries(cellWords).flatMap(([state, words]) => {
    const count = countOf(matrix.counts, state)
    return count === 0 ? [] : [{ state, count, ...words }]
  })
  return html`<ul class="legend">${states.map(({ state, sign, meaning, count }) => html`<li><span class="${state}">${sign}</span>${meaning} <span class="count">${reader.number(count)}</span></li>`)}</ul>`
}

function countOf(counts: ScopeMatrix['counts'], state: string): number {
  return Object.entries(counts).find(([name]) => name === state)?.[1] ?? 0
}

function groupMarkup(name: string, rows: readonly MatrixRow[], scopes: number): Markup {
  const isRight = !rows.some(isWrong)
  const head = html`<tr class="${isRight ? 'is-right' : ''}"><th scope="rowgroup" colspan="${scopes + 1}"><span>${name}</span></th></tr>`
  return html`<tbody>${name === '' ? undefined : head}${rows.map(rowMarkup)}</tbody>`
}

function rowMarkup(row: MatrixRow): Markup {
  const { operation, summary, cells } = row
  return html`<tr class="${isWrong(row) ? '' : 'is-right'}"><th scope="row"><code>${operation}</code>${summary === undefined ? undefined : html`<small>${summary}</small>`}</th>${cells.map(cellMarkup)}</tr>`
}

function cellMarkup(cell: ReportCell | undefined): Markup {
  if (cell === undefined) return html`<td><span class="refused"></span></td>`
  const { state, result, operation, scope } = cell
  const { sign, meaning } = cellWords[state]
  return html`<td><a class="${state}" id="to-${result}" href="#${result}" aria-label="${`${operation} with ${scopeText(scope)}: ${meaning}`}">${sign}</a></td>`
}

function isWrong({ cells }: MatrixRow): boolean {
  return cells.some(cell => cell !== undefined && wrongStates.has(cell.state))
}

function squaresMarkup({ matrix, results }: Report, reader: Reader): Markup {
  const byId = new Map(results.map(result => [result.id, result]))
  const cells = matrix.groups.flatMap(({ rows }) => rows.flatMap(row => row.cells))
  return html`${cells.map(cell => {
    const result = cell === undefined ? undefined : byId.get(cell.result)
    return cell === undefined || result === undefined ? undefined : squareMarkup(cell, result, reader)
  })}`
}

function squareMarkup(cell: ReportCell, { id, evidence, reason }: ReportResult, reader: Reader): Markup {
  const { operation, scope, state, rule } = cell
  const { sign, meaning } = cellWords[state]
  return html`<article class="square" id="${id}" aria-labelledby="${id}-title"><h3 id="${id}-title"><code>${operation}</code> with ${scopeMarkup(scope)}</h3>
<p><span class="badge ${state}">${sign} ${meaning}</span></p><p>${prose(reason)}. Rule: ${prose(rule)}.</p>
${evidenceMarkup(evidence, wrongStates.has(state) ? wrongLimits : rightLimits, reader)}<p><a href="#to-${id}">Back to the square</a></p></article>`
}

function scopeText(scope: string): string {
  return scope === '' ? 'no scope' : scope
}

function scopeMarkup(scope: string): Markup {
  return scope === '' ? html`no scope` : html`<code>${scope}</code>`
}
