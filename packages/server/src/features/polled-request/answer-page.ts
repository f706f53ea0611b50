// RFC 8628 §3.3
import { isRefusal } from '@ambit/protocol'
import { refuseOnPage } from '../../authorize/refuse.ts'
import type { Endpoint } from '../../context.ts'
import { readForm } from '../../interaction/form.ts'
import { pageResponse } from '../../page-response.ts'
import type { AsideView } from '../../ports/pages.ts'
import type { Outcome } from './polled-channel.ts'

const outcomes = ['approved', 'denied', 'ended'] as const satisfies readonly Outcome[]

/** The page behind an answer that went to no browser: what became of it, and nothing else, since anybody can open it. */
export function answerPage({ path, to }: { readonly path: string; readonly to: AsideView['kind'] }): Endpoint {
  return {
    path,
    methods: ['GET'],
    isPage: true,
    async handle(context, exchange) {
      const form = readForm(exchange.request)
      if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
      const outcome = outcomes.find(each => each === form.get('outcome')) ?? 'ended'
      return pageResponse(context, exchange, { page: { page: 'answer_sent', to, outcome } })
    },
  }
}
