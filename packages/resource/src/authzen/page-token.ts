// OpenID Authorization API 1.0 §8.2
import { sha256 } from '../digest.ts'
import { isJsonObject, type JsonObject } from './entities.ts'

/** Where the next page begins, and how long pages are. */
export type PagePlace = { readonly place: number; readonly limit?: number }

/** Makes the token of the next page. It carries its place, so nothing is kept, and fits the one search alone. */
export async function pageToken(place: PagePlace, message: JsonObject): Promise<string> {
  const text = JSON.stringify({ ...place, search: await digestOf(message) })
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Reads the token of a page; `undefined` where it is none, or of another search. */
export async function readPageToken(token: string, message: JsonObject): Promise<PagePlace | undefined> {
  const parsed = parseToken(token)
  if (parsed === undefined || parsed.search !== (await digestOf(message))) return undefined
  return { place: parsed.place, ...(parsed.limit !== undefined && { limit: parsed.limit }) }
}

function parseToken(token: string): (PagePlace & { readonly search: string }) | undefined {
  try {
    const value: unknown = JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/')))
    if (!isJsonObject(value)) return undefined
    const { place, limit, search } = value
    if (typeof search !== 'string' || !isCount(place)) return undefined
    if (limit !== undefined && !isCount(limit)) return undefined
    return { place, search, ...(limit !== undefined && { limit }) }
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** A digest of everything that is asked but the page, whatever the order of its members. */
async function digestOf({ subject, action, resource, context }: JsonObject): Promise<string> {
  const text = JSON.stringify([subject, action, resource, context].map(sorted))
  return sha256(text)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)])
}
