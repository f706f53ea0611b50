import type { HourLatency, LatencyReport, Percentiles } from '../latency.ts'
import type { Report } from '../report.ts'
import { html, type Markup } from './markup.ts'
import type { Reader } from './reader.ts'

const kindWords = {
  token_endpoint: 'Getting a token',
  guarded: 'Operations behind a guard',
  public: 'Public operations',
} as const satisfies Record<LatencyReport['kinds'][number]['kind'], string>

/** How long answers took: by kind, by hour of the day, and the slowest operations. */
export function latencyMarkup({ latency }: Report, reader: Reader): Markup | undefined {
  const { kinds, operations, hours, timeZone } = latency
  if (kinds.length === 0) return undefined
  return html`<section id="latency" aria-labelledby="latency-title"><h2 id="latency-title">How long answers took</h2>
<p>“95 % under” means that of a hundred calls ninety-five were at least as fast. Each figure is the time of a call that was made.</p>
${tableMarkup(
  kinds.map(({ kind, ...figures }) => ({ name: kindWords[kind], figures })),
  { title: 'By kind of call', head: 'Call', reader },
)}
${hours.map(({ kind, hours: each }) => hoursMarkup({ kind, hours: each, timeZone }, reader))}
${
  operations.length === 0
    ? undefined
    : html`<details><summary>The slowest operations</summary>${tableMarkup(
        operations.slice(0, 20).map(({ operation, ...figures }) => ({ name: operation, figures })),
        { title: 'By operation', head: 'Operation', reader },
      )}</details>`
}</section>`
}

type Row = { readonly name: string; readonly figures: Percentiles }
type TableWords = { readonly title: string; readonly head: string; readonly reader: Reader }

function tableMarkup(rows: readonly Row[], { title, head, reader }: TableWords): Markup {
  const heads = ['Calls', 'Half under', '95 % under', '99 % under', 'Slowest']
  return html`<div class="wide" role="region" aria-label="${title}" tabindex="0"><table><thead><tr><th scope="col">${head}</th>${heads.map(each => html`<th scope="col" class="number">${each}</th>`)}</tr></thead>
<tbody>${rows.map(({ name, figures: { count, p50, p95, p99, max } }) => html`<tr><th scope="row">${name}</th><td class="number">${reader.number(count)}</td>${[p50, p95, p99, max].map(each => html`<td class="number">${reader.milliseconds(each)}</td>`)}</tr>`)}</tbody></table></div>`
}

type Hours = {
  readonly kind: keyof typeof kindWords
  readonly hours: readonly HourLatency[]
  readonly timeZone: string
}

function hoursMarkup({ kind, hours, timeZone }: Hours, reader: Reader): Markup | undefined {
  if (hours.length < 2) return undefined
  const slowest = hours.reduce((a, b) => (b.p95 > a.p95 ? b : a))
  const rows = hours.map(({ hour, ...figures }) => ({ name: reader.hour(hour), figures }))
  const title = `${kindWords[kind]}, by hour of the day (${timeZone})`
  const sentence = `Slowest around ${reader.hour(slowest.hour)}, when 95 % of the calls took no more than ${reader.milliseconds(slowest.p95)}.`
  return html`<h3>${title}</h3><p>${sentence}</p>${chartMarkup({ kind, hours, label: `${title}. ${sentence}` }, reader)}
<details><summary>The same as a table</summary>${tableMarkup(rows, { title, head: 'Hour', reader })}</details>`
}

const width = 24 * 28
const height = 110

type Chart = { readonly kind: string; readonly hours: readonly HourLatency[]; readonly label: string }

/** A bar for each hour: pale up to the time that 95 % kept, strong up to what half kept. */
function chartMarkup({ kind, hours, label }: Chart, reader: Reader): Markup {
  const highest = Math.max(...hours.map(({ p95 }) => p95), 1)
  const bar = ({ hour, value, name }: { hour: number; value: number; name: string }) => {
    const size = Math.max(1, Math.round((value / highest) * height))
    return html`<rect class="${name}" x="${44 + hour * 28}" y="${14 + height - size}" width="20" height="${size}"/>`
  }
  return html`<svg class="chart" viewBox="0 0 ${width + 48} ${height + 36}" role="img" aria-labelledby="chart-${kind}"><title id="chart-${kind}">${label}</title>
<text x="0" y="20">${reader.milliseconds(highest)}</text><line x1="40" y1="14" x2="${width + 44}" y2="14"/><line x1="40" y1="${height + 14}" x2="${width + 44}" y2="${height + 14}"/>
${hours.map(({ hour, p50, p95 }) => html`${bar({ hour, value: p95, name: 'high' })}${bar({ hour, value: p50, name: 'half' })}`)}
${[0, 6, 12, 18].map(hour => html`<text x="${44 + hour * 28}" y="${height + 32}">${reader.hour(hour)}</text>`)}</svg><p class="count">Strong: half of the calls. Pale: 95 % of them.</p>`
}
