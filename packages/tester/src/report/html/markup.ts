// HTML Living Standard §13.1.2
import { printable } from '../printable.ts'

/** HTML that was made by `html`, and need not be escaped again. */
export class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What may stand in a template: text is escaped, markup is taken as it is, lists are joined, nothing is nothing. */
export type Content = string | number | Markup | undefined | readonly Content[]

/** Makes HTML. Whatever comes in from outside is escaped, and signs that turn or hide text are shown by their numbers. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const text = strings.reduce((whole, part, index) => whole + printContent(values[index - 1]) + part)
  return new Markup(text)
}

function printContent(value: Content): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.toString()
  if (typeof value === 'string') return escapeHtml(value)
  return typeof value === 'number' ? String(value) : value.map(printContent).join('')
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

function escapeHtml(text: string): string {
  return printable(text.toWellFormed()).replaceAll(/[&<>"']/g, mark => entities.get(mark) ?? mark)
}

/** A sentence, in which what stands between backticks is code. */
export function prose(text: string): Markup {
  const parts = text.split('`')
  const isPaired = parts.length % 2 === 1
  return html`${parts.map((part, index) => (index % 2 === 1 && isPaired ? html`<code>${part}</code>` : index > 0 && !isPaired ? `\`${part}` : part))}`
}
