// RFC 6749 §3.3, RFC 9700 §4.14
import type { ClientView, ConsentPage } from '@ambit/server'
import { asideFacts } from './aside.ts'
import { detailChoice } from './detail-choice.ts'
import { durationInWords } from './durations.ts'
import { form } from './form.ts'
import type { Content } from './layout.ts'
import { fill, fillText, html, isolated, type Markup, strong } from './markup.ts'
import { scopeChoice, scopeTitle } from './scope-choice.ts'
import { linkable, type View } from './view.ts'

/** Asks what an app may do; each scope that is not mandatory can be refused. @spec OpenID Connect Core §3.1.2.4 */
export function consentPage(page: ConsentPage, view: View): Content {
  const { words } = view
  const { client } = page
  return {
    title: fillText(words.consent_title, { client: client.name }),
    width: 'middle',
    main: html`
      ${asker(client, page.username, view)}
      ${addressFacts(client, view)}
      ${asideFacts(client, view)}
      ${form(
        view,
        { ...page, path: '/consent' },
        html`
        ${explanation(page, view)}
        ${page.groups.map((group, index) => scopeGroup(group, index, view))}
        ${details(page, view)}
        ${alreadyGranted(page, view)}
        ${howLong(page, view)}
        ${next(client, view)}
        <div class="actions equal">
          <button type="submit" name="decision" value="deny" class="second">${words.consent_deny}</button>
          <button type="submit" name="decision" value="allow">${words.consent_allow}</button>
        </div>`,
      )}`,
  }
}

/** Where the browser goes afterwards, where it goes anywhere. */
function next({ redirectHost }: ClientView, { words }: View): Markup | undefined {
  if (redirectHost === undefined) return undefined
  return html`<p class="next">${fill(words.consent_next, { host: strong(redirectHost) })}</p>`
}

function explanation({ groups, client, details: asked = [] }: ConsentPage, { words }: View): Markup | undefined {
  if (groups.length === 0 && asked.length === 0) return html`<p>${words.consent_nothing_new}</p>`
  const isChoice = asked.length > 0 || groups.some(({ scopes }) => scopes.some(({ isMandatory }) => !isMandatory))
  return isChoice ? html`<p>${fill(words.consent_choose, { client: strong(client.name) })}</p>` : undefined
}

function asker(client: ClientView, username: string, { words }: View): Markup {
  const uri = linkable(client.uri)
  const website =
    uri !== undefined &&
    html` · <a href="${uri}" target="_blank" rel="noopener noreferrer">${words.consent_website}</a>`
  return html`
    <div class="asker">
      <span class="initial" aria-hidden="true">${[...client.name.trim()][0]?.toUpperCase() ?? '?'}</span>
      <div>
        <h1>${fill(words.consent_title, { client: isolated(client.name) })}</h1>
        <p class="note">${client.redirectHost !== undefined && isolated(client.redirectHost)}${website}</p>
        <p class="lead">${fill(words.consent_as, { username: strong(username) })}</p>
      </div>
    </div>`
}

/** What is known of an app that nobody registered here. @spec OAuth Client ID Metadata Document §8.5 */
export function addressFacts({ idHost, isOnDevice }: ClientView, { words }: View): Markup | undefined {
  if (idHost === undefined) return undefined
  return html`<p class="note">${fill(words.consent_address, { host: strong(idHost) })}${isOnDevice && html` ${words.consent_on_device}`}</p>`
}

function scopeGroup(group: ConsentPage['groups'][number], index: number, view: View): Markup {
  const name = group.resourceName ?? group.resource
  const isNamed = group.resourceName !== undefined && group.resource !== undefined
  return html`<fieldset>
    <legend>${name === undefined ? view.words.consent_account_group : isolated(name)}${isNamed && html` <span class="resource">${isolated(group.resource ?? '')}</span>`}</legend>
    ${group.scopes.map((scope, place) => scopeChoice(scope, `scope-${index}-${place}`, view))}
  </fieldset>`
}

/** What is asked for once, each by itself. @spec RFC 9396 §9 */
function details({ details: asked = [] }: ConsentPage, view: View): Markup | undefined {
  if (asked.length === 0) return undefined
  return html`<fieldset>
    <legend>${view.words.consent_details}<span class="resource">${view.words.consent_details_text}</span></legend>
    ${asked.map(detail => detailChoice(detail, view))}
  </fieldset>`
}

function alreadyGranted({ alreadyGranted: scopes }: ConsentPage, view: View): Markup | undefined {
  if (scopes.length === 0) return undefined
  return html`<section class="already">
    <h2>${view.words.consent_already}</h2>
    <ul>${scopes.map(scope => html`<li>${isolated(scopeTitle(scope, view))}</li>`)}</ul>
  </section>`
}

function howLong({ offlineTtl, accessTokenTtl }: ConsentPage, { words, language }: View): Markup {
  const text =
    offlineTtl === undefined
      ? words.consent_duration_session
      : fill(words.consent_duration_offline, { time: durationInWords(offlineTtl, language) })
  const change = fill(words.consent_change, { token: durationInWords(accessTokenTtl, language) })
  return html`<section class="duration">
    <h2>${words.consent_duration_title}</h2>
    <p>${text} ${change}</p>
  </section>`
}
