// OpenID Connect Core §3.1.2.1
import type { SelectAccountPage } from '@ambit/server'
import { form } from './form.ts'
import type { Content } from './layout.ts'
import { fill, html, isolated, strong } from './markup.ts'
import type { View } from './view.ts'

/** Asks whether to go on with the account that is logged in. @spec OpenID Connect Core §3.1.2.1 */
export function selectAccountPage(page: SelectAccountPage, view: View): Content {
  const { words } = view
  return {
    title: words.select_account_title,
    width: 'narrow',
    main: html`
      <h1>${words.select_account_title}</h1>
      <p class="lead">${fill(words.select_account_for, { client: strong(page.client.name) })}</p>
      ${form(
        view,
        { ...page, path: '/login' },
        html`<div class="actions stacked">
          <button type="submit" name="account" value="continue">${fill(words.select_account_continue, { username: isolated(page.username) })}</button>
          <button type="submit" name="account" value="other" class="second">${words.select_account_other}</button>
        </div>`,
      )}`,
  }
}
