// OpenID Connect Core §3.1.2.1
import { type Refusal, refuse } from '@ambit/protocol'

/** What a client may want the user to be asked. @spec OpenID Connect Core §3.1.2.1 */
export const promptValues = ['none', 'login', 'consent', 'select_account'] as const

/** One value of `prompt`. */
export type Prompt = (typeof promptValues)[number]

/**
 * Parses `prompt`: known words, and `none` only alone.
 * @spec OpenID Connect Core §3.1.2.1
 * @errors invalid_request: an unknown word, or `none` with another
 */
export function parsePrompt(text: string | undefined): ReadonlySet<Prompt> | Refusal<'invalid_request'> {
  const words = text === undefined ? [] : text.split(' ').filter(word => word !== '')
  const unknown = words.find(word => !isPrompt(word))
  if (unknown !== undefined) return refuse('invalid_request', `\`prompt\` must be of ${promptValues.join(', ')}`)
  const prompt = new Set(words.filter(isPrompt))
  if (prompt.has('none') && prompt.size > 1) return refuse('invalid_request', '`prompt=none` must stand alone')
  return prompt
}

function isPrompt(word: string): word is Prompt {
  return (promptValues as readonly string[]).includes(word)
}
