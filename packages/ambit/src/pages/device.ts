// RFC 8628 §3.3, §5.4
import type { DeviceCodePage, DeviceConfirmPage } from '@ambit/server'
import { asideRows } from './aside.ts'
import { addressFacts } from './consent.ts'
import { durationInWords } from './durations.ts'
import { form, hidden } from './form.ts'
import type { Content } from './layout.ts'
import { fill, fillText, html, isolated, type Markup, strong } from './markup.ts'
import { problemBox } from './problem.ts'
import { linkable, type View } from './view.ts'

/** Asks for the code of a device; one that the address carried is shown, to be compared. @spec RFC 8628 §3.3, §3.3.1 */
export function deviceCodePage(page: DeviceCodePage, view: View): Content {
  const { words } = view
  const problem = problemText(page, view)
  return {
    title: problem === undefined ? words.device_code_title : `${words.problem_prefix} ${words.device_code_title}`,
    width: 'narrow',
    main: html`
      <h1>${words.device_code_title}</h1>
      ${problem !== undefined && problemBox(problem, view)}
      ${form(view, { ...page, path: '/device' }, page.userCode === undefined ? entry(page, view) : comparison(page.userCode, view))}
      ${page.userCode !== undefined && html`<p class="note"><a href="${view.frame.basePath}/device">${words.device_code_other}</a></p>`}`,
  }
}

function entry({ problem }: DeviceCodePage, { words }: View): Markup {
  const described = problem === undefined ? 'hint' : 'problem hint'
  const invalid = problem === 'wrong_code' && html` aria-invalid="true"`
  return html`
    <label for="user-code">${words.device_code_label}</label>
    <input id="user-code" class="user-code" name="user_code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="32" required aria-describedby="${described}"${invalid} autofocus>
    <p class="note" id="hint">${words.device_code_hint}</p>
    <div class="actions"><button type="submit">${words.device_code_submit}</button></div>`
}

function comparison(userCode: string, { words }: View): Markup {
  return html`${hidden('user_code', userCode)}
    <p>${words.device_code_compare}</p>
    <p class="shown-code"><bdi dir="ltr">${userCode}</bdi></p>
    <p class="note">${words.device_code_compare_reason}</p>
    <div class="actions"><button type="submit">${words.device_code_same}</button></div>`
}

function problemText({ problem, retryAfter = 60 }: DeviceCodePage, { words, language }: View): string | undefined {
  if (problem === undefined) return undefined
  if (problem === 'wrong_code') return words.device_code_wrong
  if (problem === 'expired_form') return words.device_code_expired_form
  return fillText(words.login_throttled, { time: durationInWords(retryAfter, language) })
}

/** Asks whether this user began what a device asks for. @spec RFC 8628 §5.4 */
export function deviceConfirmPage(page: DeviceConfirmPage, view: View): Content {
  const { words } = view
  const { client, isElsewhere } = page
  const uri = linkable(client.uri)
  return {
    title: fillText(words.device_confirm_title, { client: client.name }),
    width: 'middle',
    main: html`
      <h1>${fill(words.device_confirm_title, { client: isolated(client.name) })}</h1>
      ${uri !== undefined && html`<p class="note"><a href="${uri}" target="_blank" rel="noopener noreferrer">${words.consent_website}</a></p>`}
      ${addressFacts(client, view)}
      <p class="lead">${fill(words.device_confirm_text, { client: strong(client.name) })}</p>
      <dl class="facts">
        ${asideRows(client, view)}
        ${isElsewhere !== undefined && html`<div><dt>${words.device_confirm_place}</dt><dd>${isElsewhere ? words.device_confirm_elsewhere : words.device_confirm_here}</dd></div>`}
      </dl>
      <section class="warning">
        <h2>${words.device_confirm_question}</h2>
        <p>${words.device_confirm_warning}</p>
      </section>
      ${form(
        view,
        { ...page, path: '/device/confirm' },
        html`<div class="actions equal">
          <button type="submit" name="decision" value="no" class="second">${words.device_confirm_no}</button>
          <button type="submit" name="decision" value="yes">${words.device_confirm_yes}</button>
        </div>`,
      )}`,
  }
}
