import { html, type Markup } from './markup.ts'
import type { View } from './view.ts'

/** What went wrong, above the form that it is about; the fields point to it. */
export function problemBox(problem: string, { words }: View): Markup {
  return html`<div class="problem" id="problem" role="alert"><strong>${words.problem_prefix}</strong> ${problem}</div>`
}
