// RFC 9470 §3
import type { LoginDeclaration } from './action-types.ts'

/** A login as a rule says it. */
type Login = { readonly name: string; readonly acr?: string; readonly maxAge?: number }

/**
 * Reads how a user must have logged in, and names the rule by it.
 * @throws {TypeError} where nothing is asked for, or an age is none
 */
export function readLogin(declared: LoginDeclaration<string>): Login {
  if (typeof declared === 'string') return { name: declared, acr: declared }
  const { acr, maxAge } = 'acr' in declared ? declared : { ...declared, acr: undefined }
  if (acr === undefined && maxAge === undefined) throw new TypeError('a level, an age in seconds, or both are wanted')
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0))
    throw new TypeError('`maxAge` wants a whole number of seconds of at least 0')
  const parts = [acr, maxAge === undefined ? undefined : `login at most ${maxAge} s ago`]
  return {
    name: parts.filter(part => part !== undefined).join(', '),
    ...(acr !== undefined && { acr }),
    ...(maxAge !== undefined && { maxAge }),
  }
}
