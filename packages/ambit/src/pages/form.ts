import type { FormFrame } from '@ambit/server'
import { type Child, html, type Markup } from './markup.ts'
import type { View } from './view.ts'

/** A form that sends to a path of the server, with the fields that each of them carries. */
export function form(view: View, target: FormFrame & { readonly path: string }, content: Child): Markup {
  const { csrf, interaction, path } = target
  return html`<form method="post" action="${view.frame.basePath}${path}">
    ${hidden('csrf', csrf)}${interaction !== undefined && hidden('interaction', interaction)}
    ${content}
  </form>`
}

/** A field that people do not see. */
export function hidden(name: string, value: string): Markup {
  return html`<input type="hidden" name="${name}" value="${value}">`
}
