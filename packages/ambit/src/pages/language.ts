// RFC 9110 §12.5.4, RFC 4647 §3.4

/**
 * Chooses the language of a page: what the request's `ui_locales` want, then what the browser wants, then the first that there is.
 * @spec RFC 4647 §3.4
 */
export function chooseLanguage(
  wish: { readonly uiLocales: string | undefined; readonly acceptLanguage: string | undefined },
  available: readonly string[],
): string {
  const asked = (wish.uiLocales ?? '').slice(0, longestField).split(' ')
  for (const range of [...asked, ...acceptedLanguages(wish.acceptLanguage ?? '')]) {
    const language = lookUp(range.toLowerCase(), available)
    if (language !== undefined) return language
  }
  return available[0] ?? 'en'
}

/**
 * The language ranges of an `Accept-Language` field, best first; those of quality 0 are left out.
 * @spec RFC 9110 §12.5.4
 */
export function acceptedLanguages(field: string): readonly string[] {
  return field
    .slice(0, longestField)
    .split(',')
    .map(parseRange)
    .filter(({ range, quality }) => range !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ range }) => range)
}

/** Of a longer wish only the beginning is looked at: taking subtags away one by one is quadratic. */
const longestField = 1000

function parseRange(item: string): { readonly range: string; readonly quality: number } {
  const [, range = '', quality = '1'] = /^\s*([a-z\d*-]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(item) ?? []
  return { range, quality: Number(quality) }
}

// RFC 4647 §3.4: subtags are taken away from the end, and a single letter goes with what followed it
function lookUp(range: string, available: readonly string[]): string | undefined {
  let rest = range
  while (rest !== '') {
    const found = available.find(language => language.toLowerCase() === rest)
    if (found !== undefined) return found
    rest = rest.replace(/(?:^|-)[^-]*$/, '').replace(/-[^-]$/, '')
  }
  return undefined
}

const rightToLeft = new Set(['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'])

/** The direction in which a language is written. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return rightToLeft.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr'
}
