// RFC 8414 §2, §3, OpenID Connect Discovery §4
import type { Exchange, Send } from '../wire/exchange.ts'
import { getDocument } from './endpoint-request.ts'
import { type JsonObject, parseJsonObject, textIn } from './json-object.ts'
import { isSecureUrl } from './secure-url.ts'

/** What the server says of itself, or why that is not known. */
export type MetadataOutcome =
  | {
      readonly kind: 'metadata'
      readonly metadata: JsonObject
      /** Where it was found. */
      readonly urls: readonly string[]
      /** What was left out of it, and what is strange: for people. */
      readonly notes: readonly string[]
    }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** The addresses of a server's metadata, by the two specifications. @spec RFC 8414 §3.1, OpenID Connect Discovery §4.1 */
export function metadataUrls(issuer: string): readonly [inserted: string, appended: string, both: string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
    // where servers with a path put it although RFC 8414 §3.1 says otherwise
    `${origin}${path}/.well-known/oauth-authorization-server`,
  ]
}

/**
 * Fetches the metadata of an authorization server from both addresses and puts it together. A document counts only where it
 * names the issuer exactly; an endpoint that is not reached by https is left out.
 * @spec RFC 8414 §3.1, §3.3
 */
export async function fetchMetadata(issuer: string, { send }: { readonly send: Send }): Promise<MetadataOutcome> {
  const problem = problemOfIssuer(issuer)
  if (problem !== undefined) return { kind: 'unavailable', reason: problem }
  const [inserted, appended, both] = metadataUrls(issuer)
  const standard = await Promise.all([inserted, appended].map(url => fetchDocument(url, issuer, send)))
  const isFound = standard.some(({ kind }) => kind === 'document') || both === inserted
  const answers = isFound ? standard : [...standard, await fetchDocument(both, issuer, send)]
  const documents = answers.filter(answer => answer.kind === 'document')
  if (documents.length > 0) return together(documents)
  const reasons = answers.flatMap(answer => (answer.kind === 'none' ? [answer.reason] : []))
  return { kind: 'unavailable', reason: `no metadata of \`${issuer}\`: ${reasons.join('; ')}` }
}

/** What keeps a text from being an issuer. @spec RFC 8414 §2 */
function problemOfIssuer(issuer: string): string | undefined {
  if (!URL.canParse(issuer)) return `the issuer \`${issuer}\` is no URL`
  if (!isSecureUrl(issuer)) return `the issuer \`${issuer}\` must be https, unless it is on this machine`
  if (/[?#]/.test(issuer)) return `the issuer \`${issuer}\` must have neither query nor fragment`
  return undefined
}

type Found = { readonly kind: 'document'; readonly url: string; readonly document: JsonObject }
type Answer = Found | { readonly kind: 'none'; readonly reason: string }

async function fetchDocument(url: string, issuer: string, send: Send): Promise<Answer> {
  return readDocument(await send(getDocument(url)), { url, issuer })
}

function readDocument(exchange: Exchange, { url, issuer }: { readonly url: string; readonly issuer: string }): Answer {
  const none = (reason: string): Answer => ({ kind: 'none', reason: `${url} ${reason}` })
  if (exchange.kind === 'failed') return none(`gave no answer (${exchange.failure})`)
  const { status, body, isCut } = exchange.response
  if (status !== 200) return none(`answered ${status}`)
  if (isCut) return none('is too long')
  const document = parseJsonObject(body)
  if (document === undefined) return none('is no JSON object')
  const named = textIn(document, 'issuer')
  if (named === undefined) return none('names no issuer')
  if (named !== issuer && !isTemplateOf(named, issuer)) return none(`names the issuer \`${named}\``)
  return { kind: 'document', url, document }
}

/** Entra ID writes `{tenantid}` where many tenants share a document. */
function isTemplateOf(named: string, issuer: string): boolean {
  const [before = '', after, ...more] = named.split('{tenantid}')
  if (after === undefined || more.length > 0) return false
  if (!issuer.startsWith(before) || !issuer.endsWith(after)) return false
  return /^[\w-]+$/.test(issuer.slice(before.length, issuer.length - after.length))
}

function together(documents: readonly Found[]): MetadataOutcome {
  const collected = new Map<string, unknown>()
  const notes: string[] = []
  for (const { url, document } of documents) {
    for (const [name, value] of Object.entries(document)) {
      const insecure = insecureMember(name, value)
      if (insecure !== undefined) notes.push(`${url}: ${insecure}`)
      else if (!collected.has(name)) collected.set(name, value)
      else if (isOther(collected.get(name), value)) notes.push(`the two metadata documents differ in \`${name}\``)
    }
  }
  return {
    kind: 'metadata',
    metadata: Object.fromEntries(collected),
    urls: documents.map(({ url }) => url),
    notes: [...new Set(notes)],
  }
}

function insecureMember(name: string, value: unknown): string | undefined {
  if (!name.endsWith('_endpoint') && name !== 'jwks_uri') return undefined
  if (typeof value !== 'string') return `\`${name}\` is no text and is left out`
  return isSecureUrl(value) ? undefined : `\`${name}\` is not https and is left out`
}

function isOther(a: unknown, b: unknown): boolean {
  return printed(a) !== printed(b)
}

/** A value deeper than the runtime can print is like no other. */
function printed(value: unknown): string | symbol {
  try {
    return JSON.stringify(value)
  } catch {
    return Symbol('too deep')
  }
}
