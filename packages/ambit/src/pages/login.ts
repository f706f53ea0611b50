// OpenID Connect Core §3.1.2.3
import type { LoginPage } from '@ambit/server'
import { durationInWords } from './durations.ts'
import { form } from './form.ts'
import { type Content } from './layout.ts'
import { fill, fillText, html, strong } from './markup.ts'
import { problemBox } from './problem.ts'
import type { View } from './view.ts'

/** Asks for user name and password. @spec OpenID Connect Core §3.1.2.3 */
export function loginPage(page: LoginPage, view: View): Content {
  const { words } = view
  const problem = problemText(page, view)
  const described = problem === undefined ? undefined : html` aria-describedby="problem"`
  const invalid = page.problem === 'wrong_credentials' && html` aria-invalid="true"`
  const isNamed = page.username !== undefined
  return {
    title: problem === undefined ? words.login_title : `${words.problem_prefix} ${words.login_title}`,
    width: 'narrow',
    main: html`
      <h1>${words.login_title}</h1>
      ${page.client && html`<p class="lead">${fill(words.login_for, { client: strong(page.client.name) })}</p>`}
      ${page.isRepeated && html`<p>${words.login_repeated}</p>`}
      ${problem !== undefined && problemBox(problem, view)}
      ${form(
        view,
        { ...page, path: '/login' },
        html`
        <label for="username">${words.login_username}</label>
        <input id="username" name="username" type="text" value="${page.username}" autocomplete="username" autocapitalize="none" spellcheck="false" required${described}${invalid}${!isNamed && html` autofocus`}>
        <label for="password">${words.login_password}</label>
        <div class="password">
          <input id="password" name="password" type="password" autocomplete="current-password" required data-show="${words.login_show_password}" data-hide="${words.login_hide_password}"${described}${invalid}${isNamed && html` autofocus`}>
        </div>
        <div class="actions"><button type="submit">${words.login_submit}</button></div>`,
      )}`,
  }
}

function problemText({ problem, retryAfter = 60 }: LoginPage, { words, language }: View): string | undefined {
  if (problem === undefined) return undefined
  if (problem === 'wrong_credentials') return words.login_wrong_credentials
  if (problem === 'expired_form') return words.login_expired_form
  return fillText(words.login_throttled, { time: durationInWords(retryAfter, language) })
}
