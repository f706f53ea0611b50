// RFC 6749 §3.3, RFC 8707 §2
import { isJsonObject, parseJsonObject, textIn, textsIn } from './json-object.ts'
import type { Holder, TokenWish } from './token.ts'

/** What tokens are kept by: the wish itself, printed so that the same wish is the same text. */
export function keyOf({ holder, scope, resource, binding, alsoWants = [] }: TokenWish): string {
  return JSON.stringify({
    holder,
    resource,
    scope: [...new Set(scope)].sort(),
    binding,
    alsoWants: [...new Set(alsoWants)].sort(),
  })
}

/** The wish that a key was printed from; `undefined` where it is no key. */
export function parseKey(key: string): TokenWish | undefined {
  const document = parseJsonObject(key)
  const scope = document === undefined ? undefined : textsIn(document, 'scope')
  if (document === undefined || scope === undefined) return undefined
  const holder = parseHolder(document['holder'])
  const resource = textIn(document, 'resource')
  const { binding } = document
  const alsoWants = (textsIn(document, 'alsoWants') ?? []).filter(
    each => each === 'refresh_token' || each === 'id_token',
  )
  return {
    scope,
    ...(holder !== undefined && { holder }),
    ...(resource !== undefined && { resource }),
    ...((binding === 'dpop' || binding === 'mtls') && { binding }),
    ...(alsoWants.length > 0 && { alsoWants }),
  }
}

/** Reads for whom a token is. */
export function parseHolder(value: unknown): Holder | undefined {
  if (!isJsonObject(value)) return undefined
  const { kind, user, client } = value
  if (kind === 'user' && (user === 'first' || user === 'second')) return { kind, user }
  return kind === 'client' && (client === 'first' || client === 'second') ? { kind, client } : undefined
}
