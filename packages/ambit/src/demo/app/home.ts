import { textFor } from '@ambit/scope'
import { type Child, html, type Markup } from '../../pages/markup.ts'
import type { DemoCatalogue } from '../catalogue.ts'
import { inventoryOf, type Places, petStoreOf } from '../places.ts'
import type { AppLogin, AppSession } from './session.ts'
import { type Call, calls } from './shop-client.ts'
import type { Shown } from './shown.ts'

/** The page for somebody who is not logged in. */
export function welcome(session: AppSession): Child {
  return html`
    <h1>Look after the pets</h1>
    <p class="lead">This app has no passwords of its own. It asks the authorization server for a token, and the token
      can do what you allow there, nothing else.</p>
    ${session.shown && shownAnswer(session.shown)}
    ${action(session, '/login', html`<button class="main">Log in</button>`)}`
}

/** What the logged-in page shows. */
export type HomeView = {
  readonly session: AppSession
  readonly login: AppLogin
  readonly places: Places
  readonly catalogue: DemoCatalogue
}

/** The page for somebody who is logged in: the token, the calls, the ways to change the token. */
export function home(view: HomeView): Child {
  const { session, login } = view
  return html`
    <h1>Hello, ${login.name}</h1>
    ${session.shown && shownAnswer(session.shown)}
    <section>
      <h2>Try it</h2>
      ${action(session, '/call', html`<div class="row">${Object.entries(calls).map(callButton)}</div>`)}
    </section>
    <section>
      <h2>Change the token</h2>
      <div class="row">
        ${action(session, '/more', html`<button>Ask for more</button>`)}
        ${action(session, '/narrow', html`<button>Refresh narrowed</button>`)}
        ${action(session, '/whole', html`<button>Refresh whole</button>`)}
      </div>
      <p class="hint">“Ask for more” asks you for orders and prices. “Refresh narrowed” fetches a token for
        <code>read_pets</code> alone; “Refresh whole” brings back all that you allowed.</p>
    </section>
    <section><h2>What the app may do now</h2>${tokens(view)}</section>
    ${action(session, '/logout', html`<button>Log out</button>`)}`
}

function tokens(view: HomeView): Markup {
  const { login, places } = view
  const rows = [
    ['Pet store', petStoreOf(places)],
    ['Inventory', inventoryOf(places)],
  ] as const
  return html`<dl>${rows.map(([name, resource]) => {
    const held = login.tokens.get(resource)
    const scope = held?.scope.split(' ') ?? []
    return html`<dt>${name}</dt><dd>${held ? scopeList(view, scope) : 'no token yet; it is fetched when it is needed'}</dd>`
  })}</dl>
  <ul class="may">${Object.values(calls).map(call => mayLine(view, call))}</ul>`
}

function scopeList({ catalogue }: HomeView, tokens: readonly string[]): Markup {
  return html`<ul class="scopes">${tokens.map(token => {
    const title = catalogue.definition(token)?.title ?? token
    return html`<li><code>${token}</code> – ${textFor(title, ['en'])}</li>`
  })}</ul>`
}

function mayLine({ catalogue, login, places }: HomeView, call: Call): Markup {
  const resource = call.api === 'petstore' ? petStoreOf(places) : inventoryOf(places)
  const held = catalogue.read(login.tokens.get(resource)?.scope.split(' ') ?? []).scope
  const isAllowed = catalogue.covers(held, catalogue.read([call.scope]).scope)
  const verdict = isAllowed ? html`<strong class="good">may</strong>` : html`<strong class="bad">may not</strong>`
  return html`<li>${call.label}: ${verdict} <span class="hint">(needs <code>${call.scope}</code>)</span></li>`
}

function callButton([value, { label }]: readonly [string, Call]): Markup {
  return html`<button name="call" value="${value}">${label}</button>`
}

function action({ csrf }: AppSession, path: string, content: Child): Markup {
  return html`<form method="post" action="${path}"><input type="hidden" name="csrf" value="${csrf}">${content}</form>`
}

function shownAnswer({ title, isGood, words, request, status, challenge, body }: Shown): Markup {
  return html`<section class="answer ${isGood ? 'good' : 'bad'}" role="status" aria-label="Last answer">
    <h2>${title}${status !== undefined && html` <span id="status">${status}</span>`}</h2>
    <p>${words}</p>
    ${request !== undefined && html`<pre tabindex="0">${request}</pre>`}
    ${challenge !== undefined && html`<pre id="challenge" tabindex="0">WWW-Authenticate: ${challenge}</pre>`}
    ${body !== undefined && html`<pre id="body" tabindex="0">${body}</pre>`}
  </section>`
}
