// RFC 3986 §3.3, §6.2.2
/** The segments of a path, each decoded once, or why the path is not followed. */
export type RequestPath =
  | { readonly kind: 'path'; readonly segments: readonly string[] }
  | { readonly kind: 'strange'; readonly reason: string }

const longestPath = 8192
// pchar without what path parameters begin with, and the slash between segments
const plainPath = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,=:@/]|%[0-9A-Fa-f]{2})*$/
const unreserved = /^[A-Za-z0-9\-._~]$/

/**
 * Takes a request's path apart as it was sent. Whatever one server reads in one way and the next in another is not
 * followed at all: empty segments, dot segments, `;parameters`, backslashes, encoded slashes, and characters that are
 * encoded without need or twice.
 * @spec RFC 3986 §6.2.2
 */
export function readRequestPath(path: string): RequestPath {
  if (path.length > longestPath) return strange(`the path is longer than ${longestPath} characters`)
  if (!plainPath.test(path))
    return strange('the path does not begin with a slash, or holds a character that is not followed')
  if (hasNeedlessEncoding(path)) return strange('the path holds a character that is percent-encoded without need')
  const segments = path.slice(1).split('/')
  const decoded = segments.map(decode)
  if (decoded.includes(undefined))
    return strange('the path holds an encoded delimiter, a control character, or is no UTF-8')
  const known = decoded.filter(each => each !== undefined)
  if (known.slice(0, -1).includes('')) return strange('the path has an empty segment')
  if (known.some(each => each === '.' || each === '..')) return strange('the path has a dot segment')
  return { kind: 'path', segments: known }
}

/** @spec RFC 3986 §6.2.2.2 */
function hasNeedlessEncoding(path: string): boolean {
  return (
    path.includes('%') &&
    [...path.matchAll(/%([0-9A-Fa-f]{2})/g)].some(([, hex = '']) =>
      unreserved.test(String.fromCharCode(Number.parseInt(hex, 16))),
    )
  )
}

function decode(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    const text = decodeURIComponent(segment)
    // a delimiter that was hidden, a control character, or something that is still encoded
    return /[/\\;?#\p{Cc}]|%[0-9A-Fa-f]{2}/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

function strange(reason: string): RequestPath {
  return { kind: 'strange', reason }
}
