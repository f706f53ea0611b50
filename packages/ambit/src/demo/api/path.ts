// RFC 3986 §3.3
/** Finds what stands for the parameters of a path template; `undefined` where the path is another. */
export function matchPath(template: string, path: string): ReadonlyMap<string, string> | undefined {
  const wanted = template.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const values = new Map<string, string>()
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? ''
    const name = /^\{(.+)\}$/.exec(segment)?.[1]
    if (name === undefined && segment !== value) return undefined
    if (name === undefined) continue
    const decoded = decode(value)
    if (decoded === undefined || decoded === '') return undefined
    values.set(name, decoded)
  }
  return values
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
