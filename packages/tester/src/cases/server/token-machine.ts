// RFC 6749 §4.4.3; RFC 9700 §4.15
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { textIn } from '../../tokens/json-object.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { codeClient } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { apiScopesOf, mayAsk } from './token-ask.ts'
import { accessClaims, grantByCode, grantToMachine, serverOf } from './token-grant.ts'
import { finding, pass } from './token-refusal.ts'
import { machineClient, serverCase } from './token-trial.ts'

const machineText: CaseText = {
  id: 'AS-TOK-07',
  title: 'what a client gets for itself',
  why: 'A client that acts for itself has no user: with an ID token, a refresh token or a subject that is a user’s, an API takes it for that user.',
  remedy:
    'Give neither refresh nor ID tokens for `client_credentials`, and let no client choose an identifier that a user could have.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 6749 §4.4.3', 'RFC 9700 §4.15'],
  tags: ['token endpoint', 'client_credentials'],
}

/** AS-TOK-07: no refresh token, no ID token, and no user in the token. */
export const machineTokens: TestCase = serverCase(machineText, [
  {
    variant: 'usual',
    client: machineClient,
    hasControl: false,
    run: (context, client) => judgeMachine(context, client, []),
  },
  {
    variant: 'asking for offline_access',
    client: machineClient,
    run: (context, client) => judgeMachine(context, client, ['openid', 'offline_access']),
  },
  { variant: 'subject', client: machineClient, hasControl: false, run: judgeSubject },
])

async function judgeMachine(context: ServerContext, client: TestClient, more: readonly string[]): Promise<Judgement> {
  const scope = [...more, ...apiScopesOf(client, context.target).slice(0, 1)].join(' ')
  const granted = await grantToMachine(context, client, more.length === 0 ? {} : { scope })
  if (isJudgement(granted))
    return more.length === 0 ? granted : pass('a client that asks for `openid offline_access` for itself gets nothing')
  const { tokens, exchange } = granted
  const extra = [tokens.refreshToken && 'a refresh token', tokens.idToken && 'an ID token'].filter(
    each => each !== undefined,
  )
  if (extra.length === 0) return pass('a client that acts for itself gets an access token alone', exchange)
  const reason = `a client that acts for itself got ${extra.join(' and ')} as well`
  return finding(tokens.idToken === undefined ? 'warn' : 'fail', { reason, complaint: extra.join(' and ') }, exchange)
}

async function judgeSubject(context: ServerContext, client: TestClient): Promise<Judgement> {
  const granted = await grantToMachine(context, client)
  if (isJudgement(granted)) return granted
  const subject = textIn(accessClaims(context, granted) ?? {}, 'sub')
  if (subject === undefined) return notApplicable('the token of a client says no `sub` that can be read')
  if (subject === client.clientId) return pass('the subject of a client’s token is the client itself', granted.exchange)
  const user = context.server.client(codeClient.fits)
  const other =
    user && (await grantByCode(context, { client: user, wantsIdToken: mayAsk('openid', user, serverOf(context)) }))
  const userSubject =
    other === undefined || isJudgement(other) ? undefined : textIn(accessClaims(context, other) ?? {}, 'sub')
  if (userSubject === undefined)
    return inconclusive(
      'the subject of a client’s token is another than the client, and nobody can be compared with',
      granted.exchange,
    )
  if (userSubject !== subject) return pass('the subject of a client’s token is no user’s', granted.exchange)
  return finding(
    'fail',
    { reason: 'the token of a client has the subject of a user', complaint: 'a user’s subject' },
    granted.exchange,
  )
}
