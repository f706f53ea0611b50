// RFC 6749 §4.1.2.1
import type { ErrorPage } from '@ambit/server'
import { durationInWords } from './durations.ts'
import type { Content } from './layout.ts'
import { fill, fillText, html, type Markup, strong } from './markup.ts'
import { leadsToApp, type View } from './view.ts'
import type { Words } from './words/words.ts'

/** An error that is not sent to an app, with its code, its stable description and the request's id. @spec RFC 6749 §4.1.2.1 */
export function errorPage(page: ErrorPage, view: View): Content {
  const { words, frame } = view
  const { title, lead } = wordsFor(page, view)
  return {
    title,
    width: 'narrow',
    main: html`
      <h1>${title}</h1>
      <p class="lead">${lead}</p>
      <dl class="facts">
        <div><dt>${words.error_code}</dt><dd><code id="error">${page.error}</code></dd></div>
        <div><dt>${words.error_description}</dt><dd id="error-description" lang="en">${page.description}</dd></div>
        <div><dt>${words.error_request}</dt><dd><code id="request-id">${frame.requestId}</code></dd></div>
      </dl>
      ${onward(page, words)}`,
  }
}

function wordsFor({ status, retryAfter }: ErrorPage, { words, language }: View) {
  if (retryAfter !== undefined) {
    const lead = fillText(words.error_unavailable_text, { time: durationInWords(retryAfter, language) })
    return { title: words.error_unavailable_title, lead }
  }
  if (status >= 500) return { title: words.error_server_title, lead: words.error_server_text }
  return { title: words.error_title, lead: words.error_text }
}

/** The way on to an app that nobody here knows. @spec RFC 9700 §4.11.2 */
function onward({ onward: to }: ErrorPage, words: Words): Markup | undefined {
  if (to === undefined || !leadsToApp(to.uri)) return undefined
  return html`<p class="note onward">${fill(words.error_stranger, { host: strong(to.host) })}
    <a href="${to.uri}" rel="noopener noreferrer">${words.error_onward}</a></p>`
}
