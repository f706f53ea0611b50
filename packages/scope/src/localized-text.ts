// RFC 4647 §3.4

/** A text for people: one for all languages, or one per language tag (BCP 47). */
export type LocalizedText = string | Readonly<Record<string, string>>

/**
 * Picks the text for a reader: the first language that is there, each shortened from its end until something fits;
 * the first declared text if none does.
 * @spec RFC 4647 §3.4
 * @example
 * textFor({ en: 'Read pets', de: 'Tiere lesen' }, ['de-CH', 'en']) // 'Tiere lesen'
 */
export function textFor(text: LocalizedText, languages: readonly string[]): string {
  if (typeof text === 'string') return text
  const byTag = new Map(Object.entries(text).map(([tag, words]) => [tag.toLowerCase(), words]))
  for (const language of languages) {
    for (const range of shortened(language.toLowerCase())) {
      const words = byTag.get(range)
      if (words !== undefined) return words
    }
  }
  return byTag.values().next().value ?? ''
}

// a single letter or digit left at the end goes together with what followed it
function shortened(language: string): readonly string[] {
  const subtags = language.split('-')
  const prefixes = subtags.map((_, index) => subtags.slice(0, subtags.length - index))
  return prefixes.filter(prefix => prefix.length === 1 || prefix.at(-1)?.length !== 1).map(prefix => prefix.join('-'))
}
