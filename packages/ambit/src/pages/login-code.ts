// RFC 9470 §4, RFC 6238
import type { LoginCodePage } from '@ambit/server'
import { durationInWords } from './durations.ts'
import { form } from './form.ts'
import type { Content } from './layout.ts'
import { fill, fillText, html, isolated, strong } from './markup.ts'
import { problemBox } from './problem.ts'
import type { View } from './view.ts'

/** Asks for a one-time code on top of the password. @spec RFC 9470 §4 */
export function loginCodePage(page: LoginCodePage, view: View): Content {
  const { words } = view
  const problem = problemText(page, view)
  const described = problem === undefined ? 'hint' : 'problem hint'
  const invalid = page.problem === 'wrong_code' && html` aria-invalid="true"`
  return {
    title: problem === undefined ? words.login_code_title : `${words.problem_prefix} ${words.login_code_title}`,
    width: 'narrow',
    main: html`
      <h1>${words.login_code_title}</h1>
      ${page.client && html`<p class="lead">${fill(words.login_for, { client: strong(page.client.name) })}</p>`}
      <p class="about">${fill(words.login_code_as, { username: isolated(page.username) })}</p>
      ${problem !== undefined && problemBox(problem, view)}
      ${form(
        view,
        { ...page, path: '/login/code' },
        html`
        <label for="code">${words.login_code_label}</label>
        <input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="16" required aria-describedby="${described}"${invalid} autofocus>
        <p class="note" id="hint">${words.login_code_text}</p>
        <div class="actions"><button type="submit">${words.login_code_submit}</button></div>`,
      )}
      <p class="note"><a href="${view.frame.basePath}/logout">${words.login_code_leave}</a></p>`,
  }
}

function problemText({ problem, retryAfter = 60 }: LoginCodePage, { words, language }: View): string | undefined {
  if (problem === undefined) return undefined
  if (problem === 'wrong_code') return words.login_code_wrong
  if (problem === 'expired_form') return words.login_code_expired_form
  return fillText(words.login_throttled, { time: durationInWords(retryAfter, language) })
}
