import { de } from './de.ts'
import { en } from './en.ts'
import type { Words } from './words.ts'

/** Texts that an operator sets in place of ours, by language; a further language takes its missing texts from English. */
export type WordChanges = Readonly<Record<string, Partial<Words>>>

/** All texts by language tag in lower case; English is the first. */
export type Wordbook = ReadonlyMap<string, Words>

/**
 * Puts the operator's texts in place of ours.
 * @errors RangeError: a text that no page shows, or a placeholder that its page does not fill
 */
export function bindWordbook(changes: WordChanges = {}): Wordbook {
  const book = new Map<string, Words>([
    ['en', en],
    ['de', de],
  ])
  const problems = Object.entries(changes).flatMap(([language, words]) => problemsOf(language, words))
  if (problems.length > 0) throw new RangeError(problems.join('; '))
  for (const [tag, words] of Object.entries(changes)) {
    const language = tag.toLowerCase()
    book.set(language, { ...(book.get(language) ?? book.get('en') ?? en), ...words })
  }
  return book
}

function problemsOf(language: string, words: Partial<Words>): readonly string[] {
  return Object.entries(words).flatMap(([name, text]) => {
    const own = Object.entries(en).find(([key]) => key === name)?.[1]
    if (own === undefined) return [`\`words.${language}.${name}\` is shown on no page`]
    const known = placeholders(own)
    const unknown = placeholders(text).filter(placeholder => !known.includes(placeholder))
    return unknown.map(placeholder => `\`words.${language}.${name}\` has \`${placeholder}\`, wanted ${wanted(known)}`)
  })
}

function wanted(known: readonly string[]): string {
  return known.length === 0 ? 'no placeholder' : known.map(placeholder => `\`${placeholder}\``).join(', ')
}

/** The `{placeholders}` of a text. */
export function placeholders(text: string): readonly string[] {
  return text.match(/\{[a-z_]+\}/g) ?? []
}
