import { timeInWords } from './durations.ts'
import { html, type Markup } from './markup.ts'
import type { View } from './view.ts'

/** A point in time: in UTC, and where script runs in the reader's own time zone. */
export function time(epochSeconds: number, { language }: View): Markup {
  const iso = new Date(epochSeconds * 1000).toISOString()
  return html`<time datetime="${iso}">${timeInWords(epochSeconds, language)}</time>`
}
