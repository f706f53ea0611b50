// RFC 9111 §4.2, §5.2.2; OAuth Client ID Metadata Document §5.2
import { type Seconds, seconds } from '@ambit/protocol'

type Headers = Readonly<Record<string, string>>

/** How long a document is taken for what it is, at the least, at the most, and where its host says nothing. */
const freshness = { least: 60, most: 86_400, usual: 3600 } as const

/** How long a document that was fetched now stays fresh, by its header fields and within our bounds. @spec RFC 9111 §4.2.1 */
export function freshTtl(headers: Headers): Seconds {
  const said = lifetimeOf(headers)
  return seconds(Math.min(freshness.most, Math.max(freshness.least, said ?? freshness.usual)))
}

function lifetimeOf(headers: Headers): number | undefined {
  const directives = (headers['cache-control'] ?? '')
    .toLowerCase()
    .split(',')
    .map(each => each.trim())
  if (directives.some(each => each === 'no-store' || each === 'no-cache' || each.startsWith('no-cache='))) return 0
  const age = wholeNumber(headers['age']) ?? 0
  const maxAge = wholeNumber(directives.find(each => each.startsWith('max-age='))?.slice('max-age='.length))
  if (maxAge !== undefined) return maxAge - age
  const [expires, date] = [Date.parse(headers['expires'] ?? ''), Date.parse(headers['date'] ?? '')]
  return Number.isNaN(expires) || Number.isNaN(date) ? undefined : (expires - date) / 1000 - age
}

function wholeNumber(text: string | undefined): number | undefined {
  const digits = /^"?(\d{1,10})"?$/.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}
