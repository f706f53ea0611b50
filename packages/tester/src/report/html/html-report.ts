// HTML Living Standard; CSP Level 3 §3.3, §6.7.3
import type { Report } from '../report.ts'
import { acceptedMarkup, findingsMarkup } from './findings.ts'
import { latencyMarkup } from './latency.ts'
import { casesMarkup, unjudgedMarkup, untriedMarkup } from './lists.ts'
import { html, Markup, prose } from './markup.ts'
import { matrixMarkup } from './matrix.ts'
import { createReader, type Reader } from './reader.ts'
import { style } from './style.ts'
import { glossary } from './words.ts'

/**
 * Writes the run as one HTML file that asks for nothing: no script, no font, no picture, no connection. Its policy forbids all
 * of them, and allows the one style sheet by its hash.
 */
export async function printHtml(report: Report): Promise<string> {
  const reader = createReader(report.locale, report.timeZone)
  const policy = `default-src 'none'; style-src '${await hashOf(style)}'; base-uri 'none'; form-action 'none'`
  const parts = [
    { id: 'wrong', name: 'What is wrong', markup: findingsMarkup(report, reader) },
    { id: 'matrix', name: 'Who opens what', markup: matrixMarkup(report, reader) },
    { id: 'accepted', name: 'Accepted', markup: acceptedMarkup(report) },
    { id: 'unjudged', name: 'Not judged', markup: unjudgedMarkup(report, reader) },
    { id: 'untried', name: 'Not tried', markup: untriedMarkup(report, reader) },
    { id: 'cases', name: 'All tests', markup: casesMarkup(report, reader) },
    { id: 'latency', name: 'Times', markup: latencyMarkup(report, reader) },
    { id: 'words', name: 'Words', markup: wordsMarkup() },
  ].filter(({ markup }) => markup !== undefined)
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${report.title}: ${report.summary.sentence}</title><style>${new Markup(style)}</style></head>
<body>${headMarkup(report, reader)}<nav aria-label="Sections"><ul>${parts.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>${parts.map(({ markup }) => markup)}</main>${footMarkup(report)}</body></html>
`.toString()
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
}

function headMarkup(report: Report, reader: Reader): Markup {
  const { title, api, issuer, startedAt, endedAt, results, summary, isCut } = report
  const { wrong, doubtful, unjudged, verdicts } = summary
  const kind =
    wrong > 0 ? 'fail' : doubtful > 0 || isCut ? 'warn' : unjudged > 0 || verdicts.pass === 0 ? 'inconclusive' : 'pass'
  const words = {
    fail: '✗ Not safe',
    warn: '! Look at this',
    inconclusive: '? Not all is known',
    pass: '✓ Nothing found',
  } as const
  const facts = [
    ['API', api?.origin],
    ['Authorization server', issuer],
    ['Begun', reader.day(startedAt)],
    ['Took', reader.seconds((endedAt - startedAt) / 1000)],
    ['Tests', reader.number(results.length)],
    ['Passed', reader.number(verdicts.pass)],
  ] as const
  return html`<header><h1>${title}</h1><p class="answer">${summary.sentence}</p><p><span class="badge ${kind}">${words[kind]}</span></p>
<dl class="facts">${facts.map(([name, value]) => (value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl></header>`
}

function wordsMarkup(): Markup {
  return html`<section id="words" aria-labelledby="words-title"><h2 id="words-title">Ten words that one needs</h2>
<dl class="words">${glossary.map(([word, meaning]) => html`<dt>${word}</dt><dd>${prose(meaning)}</dd>`)}</dl></section>`
}

function footMarkup({ notes, seed }: Report): Markup {
  const list = notes.length === 0 ? undefined : html`<ul>${notes.map(note => html`<li>${prose(note)}</li>`)}</ul>`
  return html`<footer>${list}<p>Secrets and personal data are replaced by names in brackets, such as [access token 1]; the same name is the same secret throughout. The run can be repeated with <code>--seed ${seed}</code>.</p></footer>`
}
