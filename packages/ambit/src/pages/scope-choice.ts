// RFC 6749 §3.3
import { textFor } from '@ambit/scope'
import type { ScopeView } from '@ambit/server'
import { hidden } from './form.ts'
import { fill, html, isolated, type Markup } from './markup.ts'
import type { View } from './view.ts'

/** A scope's name for people; the token itself where nobody gave it one. */
export function scopeTitle(scope: Pick<ScopeView, 'token' | 'title'>, { language }: View): string {
  return textFor(scope.title, [language, 'en']) || scope.token
}

/** One scope with its checkbox; a mandatory one has none, since it cannot be refused alone. @spec RFC 6749 §3.3 */
export function scopeChoice(scope: ScopeView, id: string, view: View): Markup {
  const { words, language } = view
  const description = scope.description && textFor(scope.description, [language, 'en'])
  const control = scope.isMandatory
    ? html`${hidden('scope', scope.token)}<span class="always" aria-hidden="true"></span>`
    : html`<input type="checkbox" id="${id}" name="scope" value="${scope.token}" aria-describedby="${id}-about"${scope.isTicked && html` checked`}>`
  const title = html`${isolated(scopeTitle(scope, view))}`
  return html`<div class="scope ${scope.risk}">
    ${control}
    <div class="text">
      ${scope.isMandatory ? html`<span class="title">${title}</span>` : html`<label for="${id}" class="title">${title}</label>`}
      ${scope.risk !== 'ordinary' && html`<span class="badge">${riskName(scope, view)}</span>`}
      ${scope.isMandatory && html`<span class="badge required">${words.consent_required}</span>`}
      <div id="${id}-about" class="about">
        ${description && html`<p>${isolated(description)}</p>`}
        ${scope.risk !== 'ordinary' && html`<p class="risk">${riskReason(scope, view)}</p>`}
        ${scope.isMandatory && html`<p>${words.consent_required_reason}</p>`}
        ${reachOf(scope, view)}
      </div>
    </div>
  </div>`
}

const shownAtOnce = 6

function reachOf({ reaches }: ScopeView, view: View): Markup | undefined {
  if (reaches.length === 0) return undefined
  const items = reaches.map(scope => html`<li>${isolated(scopeTitle(scope, view))}</li>`)
  const rest = items.slice(shownAtOnce)
  const more = fill(view.words.consent_reaches_more, { count: rest.length })
  return html`<p>${view.words.consent_reaches}</p>
    <ul>${items.slice(0, shownAtOnce)}</ul>
    ${rest.length > 0 && html`<details><summary>${more}</summary><ul>${rest}</ul></details>`}`
}

/** What a risk is called. */
export function riskName({ risk }: Pick<ScopeView, 'risk'>, { words }: View): string {
  return risk === 'dangerous' ? words.risk_dangerous : words.risk_sensitive
}

/** Why to think twice. */
export function riskReason({ risk }: Pick<ScopeView, 'risk'>, { words }: View): string {
  return risk === 'dangerous' ? words.risk_dangerous_reason : words.risk_sensitive_reason
}
