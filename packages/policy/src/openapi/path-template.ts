// OpenAPI 3.2 §3.6, §4.8
type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

/** One segment of a template: a text, or texts with a value between each two, none of which is empty. */
export type TemplateSegment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `{id}` is two empty texts, `{id}.json` an empty one and `.json`. */
  | { readonly kind: 'pattern'; readonly texts: readonly string[] }

/** Takes a path template apart. */
export function parsePathTemplate(path: string): Read<readonly TemplateSegment[]> {
  if (!path.startsWith('/')) return { ok: false, error: `the path \`${path}\` does not begin with a slash` }
  const segments: TemplateSegment[] = []
  for (const text of path.slice(1).split('/')) {
    const segment = parseSegment(text)
    if (segment === undefined)
      return { ok: false, error: `the segment \`${text}\` of the path \`${path}\` cannot be read` }
    segments.push(segment)
  }
  if (segments.slice(0, -1).some(each => each.kind === 'literal' && ['', '.', '..'].includes(each.text)))
    return { ok: false, error: `the path \`${path}\` has an empty segment or a segment of dots` }
  return { ok: true, value: segments }
}

function parseSegment(text: string): TemplateSegment | undefined {
  const texts = text.split(/\{[^{}]+\}/)
  if (texts.some(each => /[{}?#]/.test(each))) return undefined
  // between two values nothing would tell where one ends
  if (texts.slice(1, -1).includes('')) return undefined
  const decoded = texts.map(decode)
  if (decoded.includes(undefined)) return undefined
  const known = decoded.filter(each => each !== undefined)
  return known.length === 1 ? { kind: 'literal', text: known[0] ?? '' } : { kind: 'pattern', texts: known }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The template without the names of its parameters: templates of one shape fit the same requests. */
export function shapeOf(path: string): string {
  return path.replace(/\{[^{}]+\}/g, '{}')
}

/** Tells whether a decoded segment fits a pattern: each value takes at least one character. */
export function fitsPattern(texts: readonly string[], segment: string): boolean {
  const [first = '', ...others] = texts
  const last = others.pop() ?? ''
  if (!segment.startsWith(first)) return false
  let place = first.length
  for (const text of others) {
    const found = segment.indexOf(text, place + 1)
    if (found < 0) return false
    place = found + text.length
  }
  return segment.endsWith(last) && segment.length - last.length > place
}
