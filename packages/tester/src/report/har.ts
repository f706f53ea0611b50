// HTTP Archive 1.2

import type { HeaderField } from '../wire/exchange.ts'
import type { MaskedExchange } from './mask/mask.ts'
import type { Report } from './report.ts'
import { statusWords } from './status-words.ts'

type NameValue = { readonly name: string; readonly value: string }

type HarMessage = {
  readonly httpVersion: 'HTTP/1.1'
  readonly cookies: readonly NameValue[]
  readonly headers: readonly NameValue[]
  readonly headersSize: -1
  readonly bodySize: number
}

/** One request and what came of it. */
type HarEntry = {
  readonly startedDateTime: string
  readonly time: number
  readonly request: HarMessage & {
    readonly method: string
    readonly url: string
    readonly queryString: readonly NameValue[]
    readonly postData?: { readonly mimeType: string; readonly params: readonly never[]; readonly text: string }
  }
  readonly response: HarMessage & {
    readonly status: number
    readonly statusText: string
    readonly content: { readonly size: number; readonly mimeType: string; readonly text: string }
    readonly redirectURL: string
    /** What came instead of an answer. */
    readonly _error?: string
  }
  readonly cache: Readonly<Record<string, never>>
  readonly timings: { readonly send: 0; readonly wait: number; readonly receive: 0 }
  readonly comment: string
}

/** A whole archive. */
export type Har = {
  readonly log: {
    readonly version: '1.2'
    readonly creator: { readonly name: string; readonly version: string }
    readonly pages: readonly never[]
    readonly entries: readonly HarEntry[]
    readonly comment: string
  }
}

/** Makes an archive of everything that results are shown by, each request once, in the order of sending. */
export function harReport({ results, title }: Report, { version }: { readonly version: string }): Har {
  const names = new Map<MaskedExchange, string[]>()
  for (const { evidence, id, name } of results)
    for (const exchange of evidence) names.set(exchange, [...(names.get(exchange) ?? []), `${id} ${name}`])
  const entries = [...names]
    .sort(([a], [b]) => a.sentAt - b.sentAt)
    .map(([exchange, shownBy]) => entryOf(exchange, shownBy.join('; ')))
  return {
    log: {
      version: '1.2',
      creator: { name: 'Ambit', version },
      pages: [],
      entries,
      comment: `${title}; secrets and personal data are replaced by labels in brackets, sizes are those of what is shown`,
    },
  }
}

/** The text of the archive. */
export function printHar(report: Report, tool: { readonly version: string }): string {
  return `${JSON.stringify(harReport(report, tool), undefined, 2)}\n`
}

function entryOf(exchange: MaskedExchange, comment: string): HarEntry {
  const { sentAt, duration, method, origin, target, headers, body } = exchange
  const url = (origin + target).replaceAll(' ', '%20')
  const time = Math.max(0, duration)
  return {
    startedDateTime: new Date(sentAt).toISOString(),
    time,
    request: {
      ...messageOf(headers, 'cookie', body ?? ''),
      method,
      url,
      queryString: queryOf(target),
      ...(body === undefined
        ? {}
        : { postData: { mimeType: valueOf(headers, 'content-type'), params: [], text: body } }),
    },
    response: responseOf(exchange.outcome),
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    comment,
  }
}

function responseOf(outcome: MaskedExchange['outcome']): HarEntry['response'] {
  if (outcome.kind === 'failed')
    return {
      ...messageOf([], 'set-cookie', ''),
      status: 0,
      statusText: '',
      content: { size: 0, mimeType: 'x-unknown', text: '' },
      redirectURL: '',
      _error: `${outcome.failure}: ${outcome.detail}`,
    }
  const { status, headers, body } = outcome
  const message = messageOf(headers, 'set-cookie', body)
  return {
    ...message,
    status,
    statusText: statusWords.get(status) ?? '',
    content: { size: message.bodySize, mimeType: valueOf(headers, 'content-type') || 'x-unknown', text: body },
    redirectURL: valueOf(headers, 'location'),
  }
}

function messageOf(headers: readonly HeaderField[], cookieField: string, body: string): HarMessage {
  return {
    httpVersion: 'HTTP/1.1',
    cookies: headers
      .filter(([name]) => name.toLowerCase() === cookieField)
      .flatMap(([, value]) => cookiesOf(value, cookieField)),
    headers: headers.map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: new TextEncoder().encode(body).length,
  }
}

function cookiesOf(value: string, field: string): readonly NameValue[] {
  const parts = field === 'set-cookie' ? [value.split(';', 1)[0] ?? ''] : value.split(/; */)
  return parts.filter(part => part !== '').map(pairOf)
}

function queryOf(target: string): readonly NameValue[] {
  const query = /\?([^#]*)/.exec(target)?.[1] ?? ''
  return query === '' ? [] : query.split('&').map(pairOf)
}

function pairOf(text: string): NameValue {
  const at = text.indexOf('=')
  return at < 0 ? { name: text, value: '' } : { name: text.slice(0, at), value: text.slice(at + 1) }
}

function valueOf(headers: readonly HeaderField[], wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
}
