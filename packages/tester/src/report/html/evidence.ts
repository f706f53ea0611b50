import type { HeaderField } from '../../wire/exchange.ts'
import type { MaskedExchange } from '../mask/mask.ts'
import type { ShownToken } from '../mask/shown-token.ts'
import { statusWords } from '../status-words.ts'
import { html, type Markup } from './markup.ts'
import type { Reader } from './reader.ts'

/** How much of a message is shown. */
export type EvidenceLimits = { readonly exchanges: number; readonly characters: number }

/** Requests and answers, side by side; all that is left out is said. */
export function evidenceMarkup(
  evidence: readonly MaskedExchange[],
  { exchanges, characters }: EvidenceLimits,
  reader: Reader,
): Markup {
  if (evidence.length === 0) return html`<p>Nothing was sent for it.</p>`
  const more = evidence.length - exchanges
  return html`${evidence.slice(0, exchanges).map(each => exchangeMarkup(each, characters, reader))}${
    more > 0
      ? html`<p>${reader.number(more)} more ${more === 1 ? 'request stands' : 'requests stand'} in the JSON report and the HTTP archive.</p>`
      : undefined
  }`
}

function exchangeMarkup(exchange: MaskedExchange, characters: number, reader: Reader): Markup {
  const { method, origin, target, headers, body, tokens, outcome, sentAt, duration } = exchange
  const request = message(`${method} ${target}`, headers, body ?? '')
  return html`<div class="exchange"><p class="count">Sent to ${origin} at ${reader.time(sentAt)}, answered after ${reader.milliseconds(duration)}</p>
<figure><figcaption>Request</figcaption><pre>${cut(request, characters, reader)}</pre></figure>
${answerMarkup(outcome, characters, reader)}${tokens.map(tokenMarkup)}</div>`
}

function answerMarkup(outcome: MaskedExchange['outcome'], characters: number, reader: Reader): Markup {
  if (outcome.kind === 'failed')
    return html`<figure><figcaption>No answer</figcaption><pre>${failureWords[outcome.failure]}: ${outcome.detail}</pre></figure>`
  const { status, headers, body, isCut } = outcome
  const word = statusWords.get(status)
  const text = message(word === undefined ? String(status) : `${status} ${word}`, headers, body)
  const note = isCut ? ' (its end was not read)' : ''
  return html`<figure><figcaption>Answer${note}</figcaption><pre>${cut(text, characters, reader)}</pre></figure>`
}

const failureWords = {
  refused: 'the connection was refused',
  timeout: 'nobody answered in time',
  reset: 'the connection was closed',
  tls: 'no secure connection could be made',
  malformed: 'the answer was no HTTP',
  aborted: 'the run was stopped',
} as const satisfies Record<(MaskedExchange['outcome'] & { readonly kind: 'failed' })['failure'], string>

function tokenMarkup({ label, header, claims }: ShownToken): Markup {
  return html`<details><summary>What ${label} says</summary><pre>${header}
${claims}</pre></details>`
}

function message(first: string, headers: readonly HeaderField[], body: string): string {
  const lines = [first, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return body === '' ? lines.join('\n') : `${lines.join('\n')}\n\n${body}`
}

function cut(text: string, characters: number, reader: Reader): string {
  if (text.length <= characters) return text
  return `${text.slice(0, characters)}\n… and ${reader.number(text.length - characters)} more characters`
}
