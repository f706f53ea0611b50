// RFC 9700 §4.12, RFC 9110 §15.4
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { walk, whyNoPage } from './authorization-walk.ts'
import { codeClient, withClient } from './server-case.ts'
import { authorizationRequest } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'

/** The answer to the form with the password. */
export const afterLoginCase: TestCase = caseOnServer(
  {
    id: 'AS-RED-06',
    title: 'the redirect after the password was given',
    why: 'After a redirect by 307 or 308 the browser sends the form once more, with the password, to whoever is next: the client.',
    remedy: 'Answer forms by 303, or by 302, so that the browser goes on without the form.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §4.12', 'RFC 9110 §15.4.4'],
    tags: ['authorization', 'redirect', 'login'],
  },
  server => [
    withClient(server, {
      client: codeClient,
      hasControl: false,
      run: async (context, client) => {
        const { pairs } = await authorizationRequest(context, client)
        const walked = await walk(context, { client, pairs, until: 'consent' })
        const answer = walked.steps.find(
          ({ request }) => request.method === 'POST' && hasPassword(context, request.body ?? ''),
        )
        if (answer === undefined) return inconclusive(whyNoPage(walked, 'a form with a password'))
        return judgeAnswer(answer)
      },
    }),
  ],
)

function hasPassword({ server }: ServerContext, body: string): boolean {
  const [user] = server.users
  return user !== undefined && new URLSearchParams(body).values().some(value => value === user.password.reveal())
}

function judgeAnswer(exchange: Exchange): Judgement {
  if (exchange.kind === 'failed') return inconclusive(`the login got no answer: ${exchange.detail}`, exchange)
  const { status } = exchange.response
  const evidence = [exchange]
  if (status === 307 || status === 308)
    return {
      verdict: 'fail',
      reason: `the answer to the password is ${status}, by which the browser repeats it elsewhere`,
      complaint: 'the password is repeated',
      evidence,
    }
  if (status === 302 || status === 303 || (status >= 200 && status < 300))
    return {
      verdict: 'pass',
      reason: `the answer to the password is ${status}, by which nothing is repeated`,
      evidence,
    }
  if (status === 301)
    return {
      verdict: 'warn',
      reason: 'the answer to the password is 301, which browsers may remember; 303 is wanted',
      complaint: '301 instead of 303',
      evidence,
    }
  return inconclusive(`the login was answered by ${status}`, exchange)
}
