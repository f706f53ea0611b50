// RFC 9700 §4.7

import type { FormField, PageForm } from '../../browse/page.ts'
import { type Arrival, type UserAgent } from '../../browse/user-agent.ts'
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import type { PageAnswer } from '../../tokens/page-answer.ts'
import { inconclusive, notApplicable } from '../resource/guarded-call.ts'
import { endsWithCode, type Walk, walk, whyNoPage } from './authorization-walk.ts'
import { codeClient, withClient } from './server-case.ts'
import { authorizationRequest } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'

const attackersPage = 'https://attacker.example/page'

/** AS-AUT-07: a consent form that somebody else sends. */
export const forgeryCase: TestCase = caseOnServer(
  {
    id: 'AS-AUT-07',
    title: 'a consent form that somebody else sends',
    why: 'A foreign page can send a form in the name of whoever looks at it. If the server takes it, the user has agreed without knowing.',
    remedy:
      'Bind each form to the browser that it was shown in, by a value that only its page holds, and check `Origin`.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §4.7'],
    tags: ['authorization', 'consent', 'csrf'],
  },
  server => [
    withClient(server, { variant: 'the attacker’s own form', client: codeClient, run: sendAttackersForm }),
    withClient(server, { variant: 'without the value of the page', client: codeClient, run: sendWithoutValues }),
  ],
)

type Waiting = Walk & { readonly unanswered: PageAnswer & { readonly kind: 'submit' } }

async function toConsent(
  context: ServerContext,
  client: TestClient,
  user: 'first' | 'second',
): Promise<Waiting | Judgement> {
  const { pairs } = await authorizationRequest(context, client, { prompt: 'consent' })
  const walked = await walk(context, { client, pairs, user, until: 'consent' })
  if (walked.unanswered !== undefined) return { ...walked, unanswered: walked.unanswered }
  if (endsWithCode(walked)) return notApplicable('the server shows no consent page to this client')
  return inconclusive(whyNoPage(walked, 'a consent page'))
}

/** The attacker fills a form of their own login, and lets the victim’s browser send it. */
async function sendAttackersForm(context: ServerContext, client: TestClient): Promise<Judgement> {
  const victim = await toConsent(context, client, 'first')
  if ('verdict' in victim) return victim
  const attacker = await toConsent(context, client, context.server.users.length > 1 ? 'second' : 'first')
  if ('verdict' in attacker) return attacker
  return judgeForged(await press(victim.agent, attacker.unanswered), 'a form of the attacker’s login')
}

/** The form of the page, with one of the values missing that only the page holds. */
async function sendWithoutValues(context: ServerContext, client: TestClient): Promise<Judgement> {
  const first = await toConsent(context, client, 'first')
  if ('verdict' in first) return first
  const names = first.unanswered.form.fields.filter(isUnguessable).map(({ name }) => name)
  for (const name of names.length > 0 ? names : [undefined]) {
    const victim = await toConsent(context, client, 'first')
    if ('verdict' in victim) return victim
    const { form } = victim.unanswered
    const fields = form.fields.filter(field => field.name !== name)
    const sent = name === undefined ? 'the form' : `the form without \`${name}\``
    const judgement = judgeForged(await press(victim.agent, { ...victim.unanswered, form: { ...form, fields } }), sent)
    if (judgement.verdict !== 'pass') return judgement
  }
  return { verdict: 'pass', reason: 'a form from another page was refused, whichever value it lacked' }
}

function isUnguessable({ type, value }: FormField): boolean {
  return type === 'hidden' && value.length >= 16
}

/** Sends a form from the attacker’s page in a browser; cookies go with it as far as their rules let them. */
function press(
  agent: UserAgent,
  { form, filling, button }: { readonly form: PageForm } & Pick<Waiting['unanswered'], 'filling' | 'button'>,
): Promise<Arrival> {
  return agent.submit(form, filling, { ...(button && { button }), from: attackersPage })
}

function judgeForged(end: Arrival, sent: string): Judgement {
  if (endsWithCode({ end }))
    return {
      verdict: 'fail',
      reason: `${sent}, sent from a foreign page, was taken for the user’s agreement`,
      complaint: 'a forged form is accepted',
    }
  if (end.kind === 'stuck') return inconclusive(`${sent} got no answer: ${end.reason}`)
  return { verdict: 'pass', reason: `${sent}, sent from a foreign page, led to no code` }
}
