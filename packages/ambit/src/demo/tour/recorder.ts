import type { AppFetch } from '../app/discovery.ts'
import { textByTag } from './forms.ts'
import type { Shortener } from './shorten.ts'

/** Takes a piece of text for the reader. */
export type Print = (text: string) => void

const mostLines = 14
const interesting = ['location', 'www-authenticate', 'retry-after', 'set-cookie', 'cache-control'] as const

/** A `fetch` that prints each exchange, without any secret in whole. */
export function recordingFetch(print: Print, shortener: Shortener): AppFetch {
  return async (url, init = {}) => {
    print(printRequest(url, init, shortener))
    const response = await fetch(url, init)
    print(await printResponse(response.clone(), shortener))
    return response
  }
}

function printRequest(url: string, init: RequestInit, shortener: Shortener): string {
  const headers = new Headers(init.headers)
  const authorization = headers.get('authorization')
  const [place, ...parameters] = shortener.url(url)
  const lines = [
    ...parameters.map((parameter, index) => `${index === 0 ? '?' : '&'} ${parameter}`),
    ...(authorization === null ? [] : [`authorization: ${shortener.authorization(authorization)}`]),
    ...(headers.has('cookie') ? [`cookie: ${namesOf(headers.get('cookie') ?? '')}`] : []),
    ...bodyOf(init, headers, shortener),
  ]
  return block(`→ ${init.method ?? 'GET'} ${place}`, lines)
}

function bodyOf({ body }: RequestInit, headers: Headers, { form }: Shortener): readonly string[] {
  if (typeof body !== 'string') return []
  return headers.get('content-type') === 'application/json' ? [body] : form(body)
}

async function printResponse(response: Response, shortener: Shortener): Promise<string> {
  const headers = interesting.flatMap(name => {
    const value = response.headers.get(name)
    return value === null ? [] : [`${name}: ${headerValue(name, value, shortener)}`]
  })
  const body = contentOf(response.headers.get('content-type') ?? '', await response.text(), shortener)
  return block(`← ${response.status}`, [...headers, ...body])
}

function headerValue(name: string, value: string, shortener: Shortener): string {
  if (name === 'set-cookie') return namesOf(value)
  if (name !== 'location') return value
  const [place, ...parameters] = shortener.url(value)
  const lines = parameters.map((parameter, index) => `\n          ${index === 0 ? '?' : '&'} ${parameter}`)
  return place + lines.join('')
}

function contentOf(type: string, text: string, { json }: Shortener): readonly string[] {
  if (text === '') return []
  if (type.startsWith('text/html')) return [`(page: ${textByTag(text, 'title') ?? 'without a title'})`]
  const lines = (text.startsWith('[') ? text : json(text)).split('\n')
  const left = lines.length - mostLines
  return left <= 1 ? lines : [...lines.slice(0, mostLines), `  … ${left} more lines`]
}

/** Cookies are secrets: their names are enough. */
function namesOf(cookies: string): string {
  const names = [...cookies.matchAll(/(?:^|[,;] ?)([\w-]+)=[^;,]*/g)].map(([, name = '']) => name)
  return names
    .filter(name => !/^(expires|max-age|path|samesite)$/i.test(name))
    .map(name => `${name}=…`)
    .join('; ')
}

function block(first: string, lines: readonly string[]): string {
  return [`  ${first}`, ...lines.map(line => `      ${line}`)].join('\n')
}
