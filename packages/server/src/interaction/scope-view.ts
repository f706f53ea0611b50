import type { Catalogue, LocalizedText } from '@ambit/scope'
import type { ScopeView } from '../ports/pages.ts'

/** How a scope stands on a page beside what the catalogue says of it. */
export type ScopeViewOptions = { readonly isMandatory: boolean; readonly isTicked: boolean }

/** A scope as the pages show it, with what it reaches beyond itself. */
export function scopeView(catalogue: Catalogue, token: string, options: ScopeViewOptions): ScopeView {
  const definition = catalogue.definition(token)
  const description = definition?.description
  const scope = catalogue.read([token]).scope
  const reached = [...catalogue.expand(scope).tokens, ...catalogue.everyInstance(scope)].filter(each => each !== token)
  return {
    token,
    title: byLanguage(definition?.title ?? token),
    ...(description !== undefined && { description: byLanguage(description) }),
    risk: definition?.risk ?? 'ordinary',
    ...options,
    reaches: reached.map(each => ({ token: each, title: byLanguage(catalogue.definition(each)?.title ?? each) })),
  }
}

/** Text that was given without a language counts as English. */
export function byLanguage(text: LocalizedText): Readonly<Record<string, string>> {
  return typeof text === 'string' ? { en: text } : text
}
