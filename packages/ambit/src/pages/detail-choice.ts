// RFC 9396 §9, §12
import { textFor } from '@ambit/scope'
import type { DetailFieldView, DetailView } from '@ambit/server'
import { html, isolated, type Markup } from './markup.ts'
import { riskName, riskReason } from './scope-choice.ts'
import type { View } from './view.ts'

/** One authorization detail: all its fields in words, and a checkbox to refuse it. @spec RFC 9396 §9 */
export function detailChoice(detail: DetailView, view: View): Markup {
  const id = `detail-${detail.id}`
  const { risk, description, resourceName } = detail
  const title = html`<label for="${id}" class="title">${isolated(inWords(detail.title, view))}</label>`
  return html`<div class="scope ${risk}">
    <input type="checkbox" id="${id}" name="detail" value="${detail.id}" aria-describedby="${id}-about" checked>
    <div class="text">
      ${title}
      ${risk !== 'ordinary' && html`<span class="badge">${riskName({ risk }, view)}</span>`}
      <div id="${id}-about" class="about">
        ${resourceName !== undefined && html`<p>${isolated(resourceName)}</p>`}
        ${description && html`<p>${isolated(inWords(description, view))}</p>`}
        ${risk !== 'ordinary' && html`<p class="risk">${riskReason({ risk }, view)}</p>`}
        ${facts(detail.fields, view)}
      </div>
      ${detail.fields.map((field, place) => choices(field, `${id}-${place}`, view))}
    </div>
  </div>`
}

/** The fields that stand as they were asked. */
function facts(fields: readonly DetailFieldView[], view: View): Markup | undefined {
  const fixed = fields.filter(({ name }) => name === undefined)
  if (fixed.length === 0) return undefined
  const rows = fixed.map(
    field => html`<div><dt>${isolated(inWords(field.label, view))}</dt><dd>${factOf(field, view)}</dd></div>`,
  )
  return html`<dl class="detail">${rows}</dl>`
}

function factOf({ choices: chosen, value }: DetailFieldView, view: View): Markup {
  if (chosen === undefined) return isolated(value)
  return html`<ul>${chosen.map(({ label }) => html`<li>${isolated(inWords(label, view))}</li>`)}</ul>`
}

/** The choices of which the user may leave fewer. */
function choices({ label, choices: all = [], name }: DetailFieldView, id: string, view: View): Markup | undefined {
  if (name === undefined) return undefined
  const boxes = all.map(
    (choice, place) => html`<div>
      <input type="checkbox" id="${id}-${place}" name="${name}" value="${choice.value}" checked>
      <label for="${id}-${place}">${isolated(inWords(choice.label, view))}</label>
    </div>`,
  )
  return html`<div class="choices" role="group" aria-labelledby="${id}">
    <p id="${id}">${isolated(inWords(label, view))}</p>
    ${boxes}
  </div>`
}

function inWords(text: Readonly<Record<string, string>>, { language }: View): string {
  return textFor(text, [language, 'en'])
}
