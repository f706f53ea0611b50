import type { CaseText, Verdict } from '../../catalogue/test-case.ts'
import type { Report } from '../report.ts'
import { unjudgedOf } from '../unjudged.ts'
import { html, type Markup, prose } from './markup.ts'
import type { Reader } from './reader.ts'
import { verdictSigns, verdictWords } from './words.ts'

type Entry = { readonly caseId: string; readonly reason: string; readonly name: string }

/** What could not be judged, by the reason. */
export function unjudgedMarkup({ results }: Report, reader: Reader): Markup | undefined {
  const entries = unjudgedOf(results).flatMap(({ reason, results: same }) =>
    same.map(({ caseId, operation, name }) => ({ caseId, reason, name: operation ?? name })),
  )
  if (entries.length === 0) return undefined
  return html`<section id="unjudged" aria-labelledby="unjudged-title"><h2 id="unjudged-title">What could not be judged</h2>
<p>Nothing is guessed here: a test counts only where its answer can mean one thing.</p>${reasonsMarkup(entries, reader)}</section>`
}

/** What was not tried, by the reason. */
export function untriedMarkup({ results, skips }: Report, reader: Reader): Markup | undefined {
  const entries = [
    ...skips.map(skip => ({ ...skip, name: skip.operation ?? 'everywhere' })),
    ...results
      .filter(({ verdict }) => verdict === 'not_applicable')
      .map(result => ({ ...result, name: result.operation ?? 'everywhere' })),
  ]
  if (entries.length === 0) return undefined
  return html`<section id="untried" aria-labelledby="untried-title"><h2 id="untried-title">What was not tried</h2>
<p>Because it does not apply here, or because something was missing that could be given next time.</p>${reasonsMarkup(entries, reader)}</section>`
}

const shownEntries = 60

function reasonsMarkup(entries: readonly Entry[], reader: Reader): Markup {
  const groups = [...Map.groupBy(entries, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length)
  return html`${groups.map(([reason, same]) => {
    const byCase = [...Map.groupBy(same.slice(0, shownEntries), ({ caseId }) => caseId)]
    const more = same.length - shownEntries
    return html`<details><summary>${prose(reason)} <span class="count">${reader.number(same.length)}</span></summary>
<ul class="plain">${byCase.map(([caseId, ofCase]) => html`<li>${caseId}: ${ofCase.map(({ name }, index) => html`${index === 0 ? '' : ', '}<code>${name}</code>`)}</li>`)}${more > 0 ? html`<li>and ${reader.number(more)} more</li>` : undefined}</ul></details>`
  })}`
}

const order = ['fail', 'warn', 'inconclusive', 'pass', 'not_applicable'] as const satisfies readonly Verdict[]

/** Every case, with what its tests came to. */
export function casesMarkup(report: Report, reader: Reader): Markup {
  const results = Map.groupBy(report.results, ({ caseId }) => caseId)
  return html`<section id="cases" aria-labelledby="cases-title"><h2 id="cases-title">All that was tried</h2>
<p>${reader.number(report.results.length)} tests of ${reader.number(report.cases.length)} kinds.</p>
<label class="filter"><input type="checkbox" id="only-open"> Only kinds with something wrong, doubtful or not judged</label>
<div class="wide" role="region" aria-label="The table of tests" tabindex="0"><table><thead><tr><th scope="col">Test</th><th scope="col">What is tried</th><th scope="col">Result</th><th scope="col">After</th></tr></thead>
<tbody>${report.cases.map(each => caseMarkup(each, results.get(each.id)?.map(({ verdict }) => verdict) ?? [], reader))}</tbody></table></div></section>`
}

function caseMarkup({ id, title, sources }: CaseText, verdicts: readonly Verdict[], reader: Reader): Markup {
  const counts = order
    .map(verdict => ({ verdict, count: verdicts.filter(each => each === verdict).length }))
    .filter(({ count }) => count > 0)
  const isOpen = verdicts.some(verdict => verdict === 'fail' || verdict === 'warn' || verdict === 'inconclusive')
  const badges = counts.map(
    ({ verdict, count }) =>
      html`<span class="badge ${verdict}">${verdictSigns[verdict]} ${reader.number(count)} ${verdictWords[verdict]}</span> `,
  )
  return html`<tr class="${isOpen ? '' : 'is-right'}"><th scope="row">${id}</th><td>${prose(title)}</td><td>${counts.length === 0 ? html`<span class="badge not_applicable">– not tried</span>` : badges}</td><td>${sources.join('; ')}</td></tr>`
}
