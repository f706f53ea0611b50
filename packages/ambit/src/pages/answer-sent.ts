// RFC 8628 §3.3, OpenID Connect CIBA Core §8
import type { AnswerSentPage } from '@ambit/server'
import type { Content } from './layout.ts'
import { html } from './markup.ts'
import type { View } from './view.ts'

/** Says what became of a request whose answer went to a device, or by the back channel. @spec RFC 8628 §3.3 */
export function answerSentPage({ to, outcome }: AnswerSentPage, { words, frame }: View): Content {
  const title = words[`answer_sent_${outcome}`]
  return {
    title,
    width: 'narrow',
    main: html`
      <h1>${title}</h1>
      <p class="lead">${words[`answer_sent_${outcome}_${to}`]}</p>
      <p class="note onward"><a href="${frame.basePath}/">${words.answer_sent_home}</a></p>`,
  }
}
