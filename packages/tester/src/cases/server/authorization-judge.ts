// RFC 6749 §4.1.2.1, §5.2
import type { Judgement } from '../../catalogue/test-case.ts'
import { accepted, crashedBy } from '../../judge/complaint.ts'
import type { TestClient } from '../../target/target.ts'
import { type FrontOutcome, givesSomething, isAtClient, wordsOf } from './server-flow.ts'
import { isBusy, judgeError } from './token-refusal.ts'

/** What a refusal of an authorization request must look like. */
export type WantedRefusal = {
  readonly sent: string
  readonly client: TestClient
  /** The error codes that the client may be told; absent: it must be told nothing, the user sees a page. */
  readonly errors?: readonly [string, ...string[]]
  /** Whether a page instead of a redirect is as good. */
  readonly mayShowPage?: boolean
}

/** Judges the outcome of an authorization request that should have been refused. @spec RFC 6749 §4.1.2.1 */
export function judgeFront(outcome: FrontOutcome, wanted: WantedRefusal): Judgement {
  const { sent, client, errors, mayShowPage = errors === undefined } = wanted
  if (outcome.kind === 'stuck') return { verdict: 'inconclusive', reason: `${sent}: ${wordsOf(outcome)}` }
  if (outcome.kind === 'unsent') return { verdict: 'not_applicable', reason: outcome.reason }
  if (outcome.kind === 'not_pushed')
    return judgeError(outcome.exchange, { sent, errors: errors ?? ['invalid_request'] })
  if (outcome.kind === 'page') return judgePage(outcome, { sent, mayShowPage })
  if (givesSomething(outcome)) {
    const what = /\baccess_token=/.test(outcome.location)
      ? 'an access token'
      : /\bcode=/.test(outcome.location)
        ? 'a code'
        : 'something'
    return { verdict: 'fail', reason: `${sent} was accepted: ${what} came back`, complaint: accepted }
  }
  if (!isAtClient(outcome, client))
    return {
      verdict: 'fail',
      reason: `${sent} sent the browser to an address that the client never registered`,
      complaint: 'sent elsewhere',
    }
  const error = outcome.parameters.get('error')
  if (error === undefined)
    return { verdict: 'warn', reason: `${sent} was answered by a redirect without an error`, complaint: 'no error' }
  if (errors === undefined || errors.includes(error))
    return { verdict: 'pass', reason: `${sent} was refused: the client’s registered address was told \`${error}\`` }
  return {
    verdict: 'warn',
    reason: `${sent} was refused, but with \`${error}\` instead of \`${errors[0]}\``,
    complaint: `\`${error}\` instead of \`${errors[0]}\``,
  }
}

type Shown = { readonly sent: string; readonly mayShowPage: boolean }

function judgePage(
  { status, body }: FrontOutcome & { readonly kind: 'page' },
  { sent, mayShowPage }: Shown,
): Judgement {
  if (isBusy(status))
    return { verdict: 'inconclusive', reason: `${sent} was answered by ${status}, which says nothing` }
  if (status >= 500)
    return { verdict: 'fail', reason: `${sent} made the server fail (${status})`, complaint: crashedBy(status) }
  if (status < 400 && /<form\b/i.test(body))
    return {
      verdict: 'inconclusive',
      reason: `${sent} was answered by a page (${status}) whose form nobody could answer`,
    }
  if (mayShowPage) return { verdict: 'pass', reason: `${sent} was refused by an error page (${status})` }
  return {
    verdict: 'warn',
    reason: `${sent} was refused by an error page (${status}), and the client is not told`,
    complaint: 'a page instead of a redirect',
  }
}
