import type { Report, ReportFinding, ReportResult } from '../report.ts'
import { textOf } from '../report.ts'
import { placeTexts } from '../terminal/terminal.ts'
import { evidenceMarkup } from './evidence.ts'
import { html, type Markup, prose } from './markup.ts'
import type { Reader } from './reader.ts'
import { severityWords, verdictSigns } from './words.ts'

const shownOperations = 12
const shownResults = 5
const shownFolded = 60
const limits = { exchanges: 3, characters: 6000 }

/** What is wrong, the worst first. */
export function findingsMarkup(report: Report, reader: Reader): Markup {
  const { findings } = report
  if (findings.length === 0)
    return html`<section id="wrong" aria-labelledby="wrong-title"><h2 id="wrong-title">What is wrong</h2>
<p>Nothing was found. That holds for what was tried and could be judged; the sections below say what was not.</p></section>`
  return html`<section id="wrong" aria-labelledby="wrong-title"><h2 id="wrong-title">What is wrong</h2>
<p>Each thing is told once, the worst first, even where many tests show it.</p>
${findings.map(finding => findingMarkup(finding, report, reader))}</section>`
}

/** One finding. */
function findingMarkup(finding: ReportFinding, report: Report, reader: Reader): Markup {
  const { id, severity, verdict, title, reason, caseId, operations, places, results, folded } = finding
  const { why, remedy, sources } = textOf(report, caseId)
  return html`<article class="finding is-${verdict}" id="${id}" aria-labelledby="${id}-title">
<h3><span class="badge ${verdict}">${verdictSigns[verdict]} ${severityWords[severity]}</span><span id="${id}-title">${prose(capitalized(title))}</span></h3>
<p>${prose(sentence(reason))}</p>
<dl>${row('Why it matters', why === '' ? undefined : prose(why))}${row('What to do', remedy === '' ? undefined : prose(remedy))}
${operations.length === 0 ? undefined : html`<dt>Where</dt><dd class="columns">${listMarkup(operations, reader)}</dd>`}
${places.length === 0 ? undefined : html`<dt>In the files</dt><dd>${listMarkup(placeTexts(places), reader)}</dd>`}
${row('Rule', html`${caseId}, after ${sources.join('; ')}`)}</dl>
${evidenceDetails(results, reader)}${foldedDetails(folded, reader)}</article>`
}

function row(name: string, value: Markup | undefined): Markup | undefined {
  return value === undefined ? undefined : html`<dt>${name}</dt><dd>${value}</dd>`
}

function listMarkup(texts: readonly string[], reader: Reader): Markup {
  const more = texts.length - shownOperations
  return html`<ul>${texts.slice(0, shownOperations).map(text => html`<li><code>${text}</code></li>`)}${more > 0 ? html`<li>and ${reader.number(more)} more</li>` : undefined}</ul>`
}

function evidenceDetails(results: readonly ReportResult[], reader: Reader): Markup | undefined {
  const shown = results.filter(({ evidence }) => evidence.length > 0).slice(0, shownResults)
  if (shown.length === 0) return undefined
  const more = results.length - shown.length
  const requests = shown.reduce((sum, { evidence }) => sum + Math.min(evidence.length, limits.exchanges), 0)
  return html`<details><summary>Evidence: ${reader.number(requests)} ${requests === 1 ? 'request' : 'requests'} and what came back</summary>
${shown.map(({ reason, operation, variant, evidence }) => html`<p><code>${[operation, variant].filter(part => part !== undefined).join(' · ')}</code> ${prose(sentence(reason))}</p>${evidenceMarkup(evidence, limits, reader)}`)}${
  more > 0 ? html`<p>${reader.number(more)} more ${more === 1 ? 'test shows' : 'tests show'} the same.</p>` : undefined
}</details>`
}

function foldedDetails(folded: readonly ReportResult[], reader: Reader): Markup | undefined {
  if (folded.length === 0) return undefined
  const more = folded.length - shownFolded
  return html`<details><summary>${reader.number(folded.length)} more ${folded.length === 1 ? 'test fails' : 'tests fail'} only because of it</summary>
<ul>${folded.slice(0, shownFolded).map(({ caseId, operation, reason }) => html`<li>${caseId}, <code>${operation ?? ''}</code>: ${prose(reason)}</li>`)}${more > 0 ? html`<li>and ${reader.number(more)} more</li>` : undefined}</ul></details>`
}

/** What somebody has accepted for a while. */
export function acceptedMarkup({ accepted }: Report): Markup | undefined {
  if (accepted.length === 0) return undefined
  return html`<section id="accepted" aria-labelledby="accepted-title"><h2 id="accepted-title">What is accepted for now</h2>
<p>These were found as well. Somebody has looked at them and lives with them until the day that is named.</p>
<ul>${accepted.map(({ finding, entry }) => html`<li>${finding.caseId}, ${prose(finding.title)}: ${entry.reason} (${entry.acceptedBy}, until ${entry.expires})</li>`)}</ul></section>`
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? capitalized(text) : `${capitalized(text)}.`
}
