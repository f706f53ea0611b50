// RFC 9207 §2; RFC 9700 §4.4.2; JARM §2.1, §2.4
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ServerTarget } from '../../target/target.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { aboutRequests, type Try } from './authorization-request.ts'
import { type FrontOutcome, wordsOf } from './server-flow.ts'

function judgeIssuer(what: string): Try['judge'] {
  return (outcome, { issuer, isPromised }) => {
    if (outcome.kind !== 'redirected') return inconclusive(`${what} could not be seen: ${wordsOf(outcome)}`)
    const named = outcome.parameters.get('iss')
    if (named === issuer) return { verdict: 'pass', reason: `${what} says by \`iss\` who gives it` }
    if (named !== undefined)
      return { verdict: 'fail', reason: `${what} names another issuer by \`iss\``, complaint: 'another `iss`' }
    return {
      verdict: isPromised ? 'fail' : 'warn',
      reason: `${what} does not say by \`iss\` who gives it${isPromised ? ', although the metadata promise it' : '; a client of several servers needs it'}`,
      complaint: '`iss` is missing',
    }
  }
}

/** @spec JARM §2.3, §3 */
function offersSignedAnswers({ metadata }: ServerTarget): string | undefined {
  return textsIn(metadata, 'response_modes_supported')?.includes('jwt') === true
    ? undefined
    : 'the server offers no signed answers'
}

/** @spec JARM §2.1, §2.4 */
function judgeSigned(outcome: FrontOutcome): Judgement {
  const sent = 'an answer that was asked for as a signed one'
  if (outcome.kind !== 'redirected') return inconclusive(`${sent} could not be seen: ${wordsOf(outcome)}`)
  if (!/[?&#]response=/.test(outcome.location))
    return { verdict: 'fail', reason: `${sent} came without a signature`, complaint: 'not signed' }
  if (outcome.problem !== undefined)
    return { verdict: 'fail', reason: `${sent} cannot be believed: ${outcome.problem}`, complaint: 'badly signed' }
  return { verdict: 'pass', reason: `${sent} is signed by the server, for this client, and for a short time` }
}

/** AS-AUT-04: `iss` in answers and errors, and who has signed them. */
export const issuerCase: TestCase = aboutRequests(
  {
    id: 'AS-AUT-04',
    title: 'who gives the answer',
    why: 'A client of several servers can be made to send one server’s code to another, if answers do not say where they come from.',
    remedy: 'Send `iss` with every authorization response, codes and errors alike.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9207 §2', 'RFC 9700 §4.4.2'],
    tags: ['authorization', 'mix-up'],
  },
  [
    { variant: 'with a code', change: {}, hasControl: false, judge: judgeIssuer('the answer with the code') },
    {
      variant: 'with an error',
      change: { response_type: 'nothing_of_the_kind' },
      // what is wrong with a pushed request is told where it is pushed, and not to the browser
      whenPushed: { prompt: 'none' },
      hasControl: false,
      judge: judgeIssuer('the answer with an error'),
    },
    {
      variant: 'a signed answer',
      change: { response_mode: 'jwt' },
      hasControl: false,
      needs: offersSignedAnswers,
      judge: judgeSigned,
    },
  ],
)
