// HTTP Archive 1.2; RFC 6749 §4.1.1; RFC 9068 §2.2
import { itemsOf, memberOf, parseJson, scopesOf, textAt } from './json.ts'
import type { ObservedCall, Recording } from './read-observed-calls.ts'

/** Reads a HAR file; `undefined` where a text is none. */
export function readHar(text: string): Recording | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  const log = memberOf(parseJson(text), 'log')
  const entries = memberOf(log, 'entries')
  if (!Array.isArray(entries)) return undefined
  const read = entries.map(readEntry)
  const asked = new Map<string, readonly string[]>()
  for (const entry of read) {
    if (entry.kind !== 'asked') continue
    asked.set(entry.client, [...(asked.get(entry.client) ?? []), ...entry.scope])
  }
  return {
    calls: read.flatMap(entry => (entry.kind === 'call' ? [entry.call] : [])),
    asked,
    unread: read.filter(({ kind }) => kind === 'unread').length,
  }
}

type Entry =
  | { readonly kind: 'call'; readonly call: ObservedCall }
  | { readonly kind: 'asked'; readonly client: string; readonly scope: readonly string[] }
  | { readonly kind: 'nothing' | 'unread' }

function readEntry(entry: unknown): Entry {
  const request = memberOf(entry, 'request')
  const [method, address] = [textAt(request, 'method'), textAt(request, 'url')]
  if (method === undefined || address === undefined || !URL.canParse(address)) return { kind: 'unread' }
  const url = new URL(address)
  const client = url.searchParams.get('client_id')
  if (url.searchParams.has('response_type') && client !== null)
    return { kind: 'asked', client, scope: scopesOf(url.searchParams.get('scope')) }
  const status = memberOf(memberOf(entry, 'response'), 'status')
  const isSuccess = typeof status === 'number' && ((status >= 200 && status < 300) || status === 304)
  const token = tokenOf(request)
  if (!isSuccess || token === undefined) return { kind: 'nothing' }
  return { kind: 'call', call: { method: method.toUpperCase(), path: url.pathname, ...token } }
}

type Known = Pick<ObservedCall, 'client' | 'scope'>

/** What the access token of a request says; `undefined` where it has none. The token itself is not kept. */
function tokenOf(request: unknown): Known | undefined {
  const field = itemsOf(memberOf(request, 'headers')).find(
    header => textAt(header, 'name')?.toLowerCase() === 'authorization',
  )
  const [, token] = /^(?:bearer|dpop) +(\S+)$/i.exec(textAt(field, 'value') ?? '') ?? []
  return token === undefined ? undefined : claimsOf(token)
}

function claimsOf(token: string): Known {
  const [, payload = ''] = token.split('.')
  const claims = parseJson(decoded(payload))
  const client = textAt(claims, 'client_id', 'azp', 'cid', 'appid')
  const scope = scopesOf(memberOf(claims, 'scope') ?? memberOf(claims, 'scp'))
  return { scope, ...(client !== undefined && { client }) }
}

function decoded(text: string): string {
  try {
    return new TextDecoder().decode(
      Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), each => each.codePointAt(0) ?? 0),
    )
  } catch {
    return ''
  }
}
