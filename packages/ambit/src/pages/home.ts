// RFC 9700 §4.14
import type { HomePage, ScopeView } from '@ambit/server'
import { form, hidden } from './form.ts'
import type { Content } from './layout.ts'
import { fill, fillText, html, isolated, type Markup } from './markup.ts'
import { scopeTitle } from './scope-choice.ts'
import { time } from './time.ts'
import type { View } from './view.ts'

type GrantView = HomePage['grants'][number]

/** The signed-in home: who is logged in, and what each app may do, to be taken back one by one. */
export function homePage(page: HomePage, view: View): Content {
  const { words } = view
  return {
    title: fillText(words.home_title, { username: page.username }),
    width: 'wide',
    main: html`
      <div class="greeting">
        <div>
          <h1>${fill(words.home_title, { username: isolated(page.username) })}</h1>
          <p class="lead">${fill(words.home_since, { time: time(page.authTime, view) })}</p>
        </div>
        ${form(view, { ...page, path: '/logout' }, html`<button type="submit" name="decision" value="logout" class="second">${words.home_logout}</button>`)}
      </div>
      ${notices(page, view)}
      ${profile(page, view)}
      <section>
        <h2>${words.home_grants}</h2>
        <p>${page.grants.length > 0 ? words.home_grants_text : words.home_no_grants}</p>
        ${page.grants.map(grant => grantCard(grant, page, view))}
      </section>`,
  }
}

/** What else there is to do here; nothing where no feature has anything. */
function notices({ notices: all = [] }: HomePage, { words, frame }: View): Markup | undefined {
  if (all.length === 0) return undefined
  const links = all.map(notice => {
    const text =
      notice.kind === 'waiting_requests'
        ? fill(words.home_waiting_requests, { count: notice.count })
        : words.home_connect_device
    return html`<li><a href="${frame.basePath}${notice.path}">${text}</a></li>`
  })
  return html`<nav class="notices" aria-label="${words.home_notices}"><ul>${links}</ul></nav>`
}

function grantCard(grant: GrantView, page: HomePage, view: View): Markup {
  const { words } = view
  const { client, scopes } = grant
  const label = fillText(words.home_remove_client, { client: client.name })
  return html`<article class="grant">
    <div class="head">
      <div>
        <h3>${isolated(client.name)}</h3>
        <p class="note">${fill(words.home_updated, { time: time(grant.updatedAt, view) })}</p>
      </div>
      ${removal({ page, clientId: client.clientId }, view, html`<button type="submit" class="small second" aria-label="${label}">${words.home_remove_all}</button>`)}
    </div>
    ${
      scopes.length > 0
        ? html`<ul class="scopes">${scopes.map(scope => grantedScope(scope, { grant, page }, view))}</ul>`
        : html`<p class="note">${words.home_details}</p>`
    }
  </article>`
}

function grantedScope(scope: ScopeView, from: { grant: GrantView; page: HomePage }, view: View): Markup {
  const { client } = from.grant
  const title = scopeTitle(scope, view)
  const label = fillText(view.words.home_remove_scope, { scope: title, client: client.name })
  const button = html`<button type="submit" class="small second" aria-label="${label}">${view.words.home_remove}</button>`
  const risk = scope.risk === 'dangerous' ? view.words.risk_dangerous : view.words.risk_sensitive
  return html`<li class="${scope.risk}">
    <span>${isolated(title)}${scope.risk !== 'ordinary' && html` <span class="badge">${risk}</span>`}</span>
    ${removal({ page: from.page, clientId: client.clientId, scope: scope.token }, view, button)}
  </li>`
}

function removal(what: { page: HomePage; clientId: string; scope?: string }, view: View, button: Markup): Markup {
  const { page, clientId, scope } = what
  const fields = html`${hidden('client_id', clientId)}${scope !== undefined && hidden('scope', scope)}`
  return form(view, { ...page, path: '/account/grant' }, html`${fields}${button}`)
}

function profile({ claims }: HomePage, { words }: View): Markup | undefined {
  const shown = [
    [words.claim_name, claims.name],
    [words.claim_email, claims.email],
    [words.claim_phone_number, claims.phone_number],
    [words.claim_address, formattedAddress(claims.address)],
    [words.claim_website, claims.website],
    [words.claim_locale, claims.locale],
    [words.claim_zoneinfo, claims.zoneinfo],
  ] as const
  const rows = shown.flatMap(([label, value]) =>
    typeof value === 'string' && value !== '' ? [html`<div><dt>${label}</dt><dd>${isolated(value)}</dd></div>`] : [],
  )
  return rows.length > 0 ? html`<section><h2>${words.home_profile}</h2><dl>${rows}</dl></section>` : undefined
}

// OpenID Connect Core §5.1.1
function formattedAddress(address: unknown): unknown {
  return typeof address === 'object' && address !== null && 'formatted' in address ? address.formatted : undefined
}
