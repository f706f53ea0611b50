// OAuth 2.0 Form Post Response Mode §2
import type { FormPostPage } from '@ambit/server'
import { hidden } from './form.ts'
import type { Content } from './layout.ts'
import { html } from './markup.ts'
import { leadsToApp, type View } from './view.ts'

/** Carries the answer to the app: script sends the form at once, without script a button does. @spec OAuth 2.0 Form Post Response Mode §2 */
export function formPostPage(page: FormPostPage, { words }: View): Content {
  if (!leadsToApp(page.action)) throw new RangeError('a form goes to an absolute URI that runs nothing')
  const fields = Object.entries(page.parameters).map(([name, value]) => hidden(name, value))
  return {
    title: words.form_post_title,
    width: 'narrow',
    main: html`
      <h1>${words.form_post_title}</h1>
      <p class="lead">${words.form_post_text}</p>
      <form method="post" action="${page.action}" data-send="at-once">
        ${fields}
        <div class="actions"><button type="submit">${words.form_post_submit}</button></div>
      </form>`,
  }
}
