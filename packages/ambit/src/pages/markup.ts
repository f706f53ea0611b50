import { html as escapedHtml, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** A piece of HTML that is safe to put into a page: its texts were escaped when it was made. */
export type Markup = HtmlEscapedString

/** What a template takes: text is escaped, markup stays, nothing is left out. */
export type Child = Markup | string | number | false | undefined | readonly Child[]

/** HTML of a template whose values are escaped. */
export function html(strings: TemplateStringsArray, ...values: readonly Child[]): Markup {
  const made = escapedHtml(strings, ...values)
  if (made instanceof Promise) throw new TypeError('a page has all its values before it is rendered')
  return made
}

/** A text of the word table whose `{placeholders}` stand for values, which may be markup. */
export function fill(text: string, values: Readonly<Record<string, Child>> = {}): Markup {
  const parts = text.split(/\{([a-z_]+)\}/)
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : values[part]))}`
}

/** As `fill`, for attributes and titles, where there is only text. */
export function fillText(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => values[name] ?? '')
}

/** Text of strangers in the middle of ours: set apart, so that its writing direction does not turn ours around. */
export function isolated(text: string): Markup {
  return html`<bdi>${text}</bdi>`
}

/** As `isolated`, and what the sentence is about. */
export function strong(text: string): Markup {
  return html`<strong><bdi>${text}</bdi></strong>`
}

/** Markup that we wrote ourselves, such as icons. */
export function ownMarkup(constant: string): Markup {
  return raw(constant)
}
