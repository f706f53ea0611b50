// RFC 9126 §2.1, §2.2, §4, §5, §7; RFC 9101 §6.3
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { judgeFront } from './authorization-judge.ts'
import { bare } from './client-assertion.ts'
import { push, pushedEndpoint, pushRequest, visitPushed } from './pushed-request.ts'
import { outsideParameters } from './request-object-outside.ts'
import { type ClientTrial, codeClient, confidentialClient } from './server-case.ts'
import { authorizationRequest, givesSomething, wordsOf } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'
import { isOfUsers } from './token-ask.ts'
import { serverOf } from './token-grant.ts'
import { finding, judgeError } from './token-refusal.ts'
import { clientTrials, serverCase } from './token-trial.ts'

const none = 'the server offers no pushed authorization requests'

/** A case about pushed requests, where there are any. */
function pushedCase(text: CaseText, trials: readonly ClientTrial[]): TestCase {
  return serverCase(text, server =>
    server.metadata[pushedEndpoint] === undefined ? none : clientTrials(server, trials),
  )
}

const whoText: CaseText = {
  id: 'AS-PAR-01',
  title: 'a pushed request by nobody',
  why: 'What was pushed is trusted because the client showed who it is. Where it need not, anybody can push in its name.',
  remedy: 'Authenticate the client as at the token endpoint, and refuse `request_uri` in what is pushed.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9126 §2.1'],
  tags: ['par', 'client'],
}

/** AS-PAR-01: without authentication, and a reference inside. */
const pushedByNobody: TestCase = pushedCase(whoText, [
  {
    variant: 'no authentication',
    client: confidentialClient,
    run: async (context, client) => {
      const { pairs } = await authorizationRequest(context, client)
      const sealed = context.server.seal(pairs, client)
      if (sealed.kind === 'unsealable') return notApplicable(sealed.reason)
      const exchange = await context.send(pushRequest(context, bare(client), sealed.pairs))
      return judgeError(exchange, {
        sent: 'a pushed request without authentication',
        errors: ['invalid_client'],
        statuses: [401, 400],
      })
    },
  },
  {
    variant: 'request_uri inside',
    client: codeClient,
    run: async (context, client) => {
      const { pairs } = await authorizationRequest(context, client)
      const first = await push(context, client, pairs)
      if (isJudgement(first)) return first
      const sealed = context.server.seal(pairs, client)
      if (sealed.kind === 'unsealable') return notApplicable(sealed.reason)
      const again = [...sealed.pairs, ['request_uri', first.reference] as const]
      const exchange = await context.send(pushRequest(context, client, again))
      return judgeError(exchange, {
        sent: 'a pushed request with a `request_uri` in it',
        errors: ['invalid_request', 'invalid_request_uri', 'request_uri_not_supported'],
      })
    },
  },
])

const onceText: CaseText = {
  id: 'AS-PAR-02',
  title: 'a reference that was used, is over, or belongs to somebody else',
  why: 'The reference stands in the browser’s address, where others see it. It must be good once, shortly, and for its client alone.',
  remedy:
    'Make references of 128 random bits that are good for at most ten minutes, for one authorization of one client.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 9126 §2.2', 'RFC 9126 §4', 'RFC 9126 §7.1'],
  tags: ['par', 'replay'],
}

/** AS-PAR-02: twice, late, by another client, and guessed. */
const reusedReference: TestCase = pushedCase(onceText, [
  { variant: 'twice', client: codeClient, run: tryTwice },
  { variant: 'expired', client: codeClient, run: tryLate },
  {
    variant: 'another client',
    client: codeClient,
    run: async (context, client) => {
      const other = context.server.client(each => isOfUsers(each) && each.clientId !== client.clientId)
      if (other === undefined) return notApplicable('it needs a second client for users; configure one')
      const pushed = await pushGood(context, client)
      if (isJudgement(pushed)) return pushed
      return judge(await visitPushed(context, other, pushed.reference), other, 'the reference of another client')
    },
  },
  {
    variant: 'guessed',
    client: codeClient,
    run: async (context, client) => {
      const pushed = await pushGood(context, client)
      if (isJudgement(pushed)) return pushed
      const { reference, exchange } = pushed
      const random = reference.split(':').at(-1) ?? ''
      // 22 letters of base64url are 128 bits and more
      if (random.length < 22)
        return finding(
          'warn',
          {
            reason: `the random part of a reference has ${random.length} characters, which is too few`,
            complaint: 'short reference',
          },
          exchange,
        )
      const guess = `${reference.slice(0, -1)}${reference.endsWith('A') ? 'B' : 'A'}`
      return judge(await visitPushed(context, client, guess), client, 'a reference that was guessed')
    },
  },
])

async function pushGood(context: ServerContext, client: TestClient) {
  const { pairs } = await authorizationRequest(context, client)
  return push(context, client, pairs)
}

function judge(outcome: Parameters<typeof judgeFront>[0], client: TestClient, sent: string): Judgement {
  const errors = ['invalid_request_uri', 'invalid_request', 'invalid_request_object'] as const
  return judgeFront(outcome, { sent, client, errors, mayShowPage: true })
}

async function tryTwice(context: ServerContext, client: TestClient): Promise<Judgement> {
  const pushed = await pushGood(context, client)
  if (isJudgement(pushed)) return pushed
  const conduct = { browser: 'twice' }
  const scope = [['scope', pushed.scope]] as const
  const first = await visitPushed(context, client, pushed.reference, { conduct, more: scope })
  if (!givesSomething(first))
    return inconclusive(`a reference did not come to a code even the first time: ${wordsOf(first)}`)
  const again = await visitPushed(context, client, pushed.reference, { conduct, more: scope })
  return judge(again, client, 'a reference that had come to a code before')
}

async function tryLate(context: ServerContext, client: TestClient): Promise<Judgement> {
  const pushed = await pushGood(context, client)
  if (isJudgement(pushed)) return pushed
  const { expiresIn, exchange, reference } = pushed
  if (expiresIn === undefined)
    return finding(
      'warn',
      { reason: 'the answer does not say how long the reference is good', complaint: 'no `expires_in`' },
      exchange,
    )
  if (expiresIn > 600)
    return finding(
      'warn',
      { reason: `references are good for ${expiresIn} s; ten minutes are the most`, complaint: 'long-lived reference' },
      exchange,
    )
  const { patience = 120 } = serverOf(context)
  if (expiresIn > patience)
    return inconclusive(
      `references are good for ${expiresIn} s, which is longer than a test may wait (${patience} s)`,
      exchange,
    )
  await context.wait((expiresIn + 2) * 1000)
  return judge(await visitPushed(context, client, reference), client, 'a reference that is over')
}

const onlyText: CaseText = {
  id: 'AS-PAR-03',
  title: 'a request that was not pushed, where all must be',
  why: 'A server that says so and takes others all the same protects only those who keep to the rule.',
  remedy: 'Refuse authorization requests with parameters of their own where requests must be pushed.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9126 §5', 'OWASP ASVS 5.0 §10.4.13'],
  tags: ['par'],
}

/** AS-PAR-03: what the metadata rule out. */
const unpushedRequest: TestCase = serverCase(onlyText, server => {
  if (server.metadata['require_pushed_authorization_requests'] !== true)
    return 'the server does not say that requests must be pushed'
  return clientTrials(server, [
    {
      client: codeClient,
      run: async (context, client) => {
        const { pairs } = await authorizationRequest(context, client)
        const sealed = context.server.seal(pairs, client)
        if (sealed.kind === 'unsealable') return notApplicable(sealed.reason)
        const outcome = await context.server.authorize(sealed.pairs)
        return judgeFront(outcome, {
          sent: 'a request that was not pushed',
          client,
          errors: ['invalid_request'],
          mayShowPage: true,
        })
      },
    },
  ])
})

/** AS-PAR-01 to AS-PAR-04: pushed authorization requests. */
export const pushedCases: readonly TestCase[] = [pushedByNobody, reusedReference, unpushedRequest, outsideParameters]
