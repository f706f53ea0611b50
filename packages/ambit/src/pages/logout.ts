// OpenID Connect RP-Initiated Logout §2
import type { LogoutPage } from '@ambit/server'
import { form, hidden } from './form.ts'
import type { Content } from './layout.ts'
import { fill, html, strong } from './markup.ts'
import type { View } from './view.ts'

/** Asks whether to log out. @spec OpenID Connect RP-Initiated Logout §2 */
export function logoutPage(page: LogoutPage, view: View): Content {
  const { words } = view
  const { client, username } = page
  return {
    title: words.logout_title,
    width: 'narrow',
    main: html`
      <h1>${words.logout_title}</h1>
      ${username !== undefined && html`<p class="lead">${fill(words.logout_as, { username: strong(username) })}</p>`}
      ${client && html`<p>${fill(words.logout_for, { client: strong(client.name) })}</p>`}
      ${form(
        view,
        { ...page, path: '/logout' },
        html`
        ${Object.entries(page.parameters).map(([name, value]) => hidden(name, value))}
        <div class="actions">
          <button type="submit" name="decision" value="stay" class="second">${words.logout_stay}</button>
          <button type="submit" name="decision" value="logout">${words.logout_submit}</button>
        </div>`,
      )}`,
  }
}

/** Says that nobody is logged in any more. */
export function loggedOutPage({ words }: View): Content {
  const main = html`<h1>${words.logged_out_title}</h1><p class="lead">${words.logged_out_text}</p>`
  return { title: words.logged_out_title, width: 'narrow', main }
}
