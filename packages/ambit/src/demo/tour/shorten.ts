import { type JsonObject, parseObject } from '../app/discovery.ts'

/** Names of parameters and members whose values open something. */
const secretNames: ReadonlySet<string> = new Set([
  'access_token',
  'client_secret',
  'code',
  'code_verifier',
  'csrf',
  'id_token',
  'id_token_hint',
  'interaction',
  'password',
  'refresh_token',
  'token',
])

const shownLength = 8

/** Says which values were shortened, so that a test can look for them in what was printed. */
export type Shortener = {
  readonly form: (text: string) => readonly string[]
  /** The place, and then each parameter. */
  readonly url: (text: string) => readonly [place: string, ...parameters: string[]]
  readonly json: (text: string) => string
  readonly authorization: (text: string) => string
  readonly secrets: ReadonlySet<string>
}

/** Makes what prints requests and answers without any secret in whole. */
export function createShortener(): Shortener {
  const secrets = new Set<string>()
  const shorten = (value: string): string => {
    secrets.add(value)
    return value.length <= shownLength ? '…' : `${value.slice(0, Math.min(shownLength, value.length / 2))}…`
  }
  const named = (name: string, value: string): string => {
    if (!secretNames.has(name)) return value
    return name === 'password' ? '…' : shorten(value)
  }
  return {
    form: text => [...new URLSearchParams(text)].map(([name, value]) => `${name}=${named(name, value)}`),
    url: text => shortenUrl(text, named),
    json: text => JSON.stringify(mapMembers(parseObject(text), named), null, 2),
    authorization: text => shortenAuthorization(text, shorten),
    secrets,
  }
}

type Naming = (name: string, value: string) => string

function shortenUrl(text: string, named: Naming): readonly [place: string, ...parameters: string[]] {
  const [place = '', query = ''] = text.split('?', 2)
  return [place, ...[...new URLSearchParams(query)].map(([name, value]) => `${name}=${named(name, value)}`)]
}

function mapMembers(object: JsonObject, named: Naming): JsonObject {
  const entries = Object.entries(object).map(([name, value]) => {
    return [name, typeof value === 'string' ? named(name, value) : value] as const
  })
  return Object.fromEntries(entries)
}

function shortenAuthorization(text: string, shorten: (value: string) => string): string {
  const [scheme = '', credentials = ''] = text.split(' ', 2)
  if (scheme !== 'Basic') return `${scheme} ${shorten(credentials)}`
  const [name = '', secret = ''] = atob(credentials).split(':', 2)
  return `Basic ${name}:${shorten(secret)}`
}
