// RFC 6265 §5.2
/** What `Set-Cookie` says beside name and value. */
export type CookieAttributes = {
  readonly isSecure: boolean
  readonly isHttpOnly: boolean
  readonly sameSite?: 'strict' | 'lax' | 'none'
  /** Without the dot that may stand in front. */
  readonly domain?: string
  readonly path?: string
  /** Seconds. */
  readonly maxAge?: number
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
}

/** One `Set-Cookie`, as it was read. */
export type SetCookie = { readonly name: string; readonly value: string; readonly attributes: CookieAttributes }

/** Reads a `Set-Cookie` as browsers do; `undefined` where they pass it over. @spec RFC 6265 §5.2 */
export function readSetCookie(text: string): SetCookie | undefined {
  const [pair = '', ...parts] = text.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, Math.max(equals, 0)).trim()
  if (equals === -1 || name === '') return undefined
  const words = parts.map(part => {
    const at = part.indexOf('=')
    return at === -1
      ? ([part.trim().toLowerCase(), ''] as const)
      : ([part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const)
  })
  // of an attribute that comes twice, the last one counts: RFC 6265 §5.3
  return { name, value: pair.slice(equals + 1).trim(), attributes: attributesOf(new Map(words)) }
}

function attributesOf(words: ReadonlyMap<string, string>): CookieAttributes {
  const domain = words.get('domain')?.replace(/^\./, '').toLowerCase()
  const path = words.get('path')
  const maxAge = words.get('max-age')
  const expiresAt = Date.parse(words.get('expires') ?? '')
  const sameSite = sameSiteOf(words.get('samesite')?.toLowerCase())
  return {
    isSecure: words.has('secure'),
    isHttpOnly: words.has('httponly'),
    ...(sameSite !== undefined && { sameSite }),
    ...(domain !== undefined && domain !== '' && { domain }),
    ...(path?.startsWith('/') === true && { path }),
    ...(maxAge !== undefined && /^-?\d+$/.test(maxAge) && { maxAge: Number(maxAge) }),
    ...(!Number.isNaN(expiresAt) && { expiresAt }),
  }
}

function sameSiteOf(word: string | undefined): CookieAttributes['sameSite'] {
  return word === 'strict' || word === 'lax' || word === 'none' ? word : undefined
}
