// OpenID Connect CIBA Core §8
import type { WaitingRequestsPage } from '@ambit/server'
import { asideRows } from './aside.ts'
import { form, hidden } from './form.ts'
import type { Content } from './layout.ts'
import { fill, fillText, html, isolated, type Markup } from './markup.ts'
import { scopeTitle } from './scope-choice.ts'
import { time } from './time.ts'
import type { View } from './view.ts'

type WaitingRequest = WaitingRequestsPage['requests'][number]

/** What apps asked the signed-in user without their browser; each is looked at before it is answered. @spec OpenID Connect CIBA Core §8 */
export function waitingRequestsPage(page: WaitingRequestsPage, view: View): Content {
  const { words, frame } = view
  return {
    title: words.waiting_title,
    width: 'middle',
    main: html`
      <h1>${words.waiting_title}</h1>
      <p class="lead">${fill(words.consent_as, { username: isolated(page.username) })}</p>
      <p>${page.requests.length > 0 ? words.waiting_text : words.waiting_none}</p>
      ${page.requests.map(request => requestCard(request, page, view))}
      <p class="note onward"><a href="${frame.basePath}/">${words.answer_sent_home}</a></p>`,
  }
}

function requestCard(request: WaitingRequest, page: WaitingRequestsPage, view: View): Markup {
  const { words } = view
  const { id, client, scopes, expiresAt } = request
  const label = fillText(words.waiting_look_client, { client: client.name })
  return html`<article class="grant">
    <h2>${isolated(client.name)}</h2>
    <dl class="facts">
      ${asideRows(client, view)}
      <div><dt>${words.waiting_until}</dt><dd>${time(expiresAt, view)}</dd></div>
    </dl>
    <ul class="scopes">${scopes.map(scope => html`<li><span>${isolated(scopeTitle(scope, view))}</span></li>`)}</ul>
    ${form(view, { ...page, path: '/backchannel' }, html`${hidden('request', id)}<div class="actions"><button type="submit" aria-label="${label}">${words.waiting_look}</button></div>`)}
  </article>`
}
