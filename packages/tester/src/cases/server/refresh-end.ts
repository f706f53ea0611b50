// RFC 9700 §4.14; OpenID Connect RP-Initiated Logout §2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { withQuery } from '../../tokens/endpoint-request.ts'
import { numberIn } from '../../tokens/json-object.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { isLoggedIn } from './identity-session.ts'
import { introspectionOf } from './introspection-ask.ts'
import { withClient } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { type Granted, grantByCode, grantWithRefresh, readGrant, refresh, serverOf } from './token-grant.ts'
import { type Life, lifeOfRefresh } from './token-life.ts'
import { answerOf, finding, judgeError, pass } from './token-refusal.ts'
import { refreshingClient, serverCase, untried } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-REF-06',
  title: 'refresh tokens that do not end',
  why: 'A refresh token that lives for ever lets a thief stay for ever: after the user has logged out, left, or changed the password.',
  remedy: 'Give each grant a last day that no refresh moves, and end grants at logout and when the password changes.',
  severity: 'medium',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §10.4.8', 'RFC 9700 §4.14'],
  tags: ['refresh', 'lifetime', 'logout'],
}

/** AS-REF-06: a last day, and the end of the session. */
export const refreshEnd: TestCase = serverCase(text, server => [
  withClient(server, { variant: 'last day', client: refreshingClient, hasControl: false, run: tryLastDay }),
  server.metadata['end_session_endpoint'] === undefined
    ? untried('logout', 'the server offers no logout that clients can ask for')
    : withClient(server, { variant: 'logout', client: refreshingClient, hasControl: false, run: tryLogout }),
  untried('changed password', 'the tester changes no passwords'),
])

/** Finds out when the grant ends; a refresh must not move that. Where it is soon, waits for it. */
async function tryLastDay(context: ServerContext, client: TestClient): Promise<Judgement> {
  const granted = await grantWithRefresh(context, { client })
  if (isJudgement(granted)) return granted
  const first = await lastDayOf(context, client, granted)
  if (first === 'untold')
    return inconclusive(
      'the server does not tell how long refresh tokens are good: neither in its answer nor by introspection',
      granted.exchange,
    )
  if (first === 'never')
    return finding(
      'warn',
      { reason: 'introspection names no end of the refresh token', complaint: 'no last day' },
      granted.exchange,
    )
  await context.wait(5_000)
  const exchange = await refresh(context, client, granted.refreshToken)
  const next = readGrant(context, exchange, granted)
  if (isJudgement(next)) return next
  const { refreshToken = granted.refreshToken } = next.tokens
  const second = await lastDayOf(context, client, { ...next, refreshToken })
  if (typeof second === 'number' && second > first + 2)
    return inconclusive(
      'each refresh moves the end of the token; whether the grant has a last day cannot be seen',
      exchange,
    )
  return waitForEnd(context, client, { at: first, refreshToken, exchange })
}

type End = { readonly at: number; readonly refreshToken: Parameters<typeof refresh>[2]; readonly exchange: Exchange }

async function waitForEnd(
  context: ServerContext,
  client: TestClient,
  { at, refreshToken, exchange }: End,
): Promise<Judgement> {
  const { patience = 120 } = serverOf(context)
  const left = at - Math.floor(context.now() / 1000)
  if (left > patience)
    return pass(`the server says that the grant ends in ${days(left)}, and a refresh does not move that`, exchange)
  await context.wait((left + 2) * 1000)
  const late = await refresh(context, client, refreshToken)
  return judgeError(late, { sent: 'a refresh token after its last day', errors: ['invalid_grant'] })
}

function days(seconds: number): string {
  return seconds > 172_800 ? `${Math.round(seconds / 86_400)} days` : `${Math.round(seconds / 60)} minutes`
}

/** Seconds since the epoch at which a refresh token ends, as the answer or introspection says. */
async function lastDayOf(
  context: ServerContext,
  client: TestClient,
  { exchange, refreshToken }: { readonly exchange: Exchange; readonly refreshToken: Parameters<typeof refresh>[2] },
): Promise<number | 'never' | 'untold'> {
  const answer = answerOf(exchange) ?? {}
  const said = numberIn(answer, 'refresh_token_expires_in') ?? numberIn(answer, 'refresh_expires_in')
  if (said !== undefined) return Math.floor(context.now() / 1000) + said
  const asked = await introspectionOf(context, refreshToken, client, 'refresh_token')
  if (asked?.answer?.['active'] !== true) return 'untold'
  return numberIn(asked.answer, 'exp') ?? 'never'
}

/**
 * Logs out in the browser that logged in, and tries the refresh token: one that was given for the session, or where there is none
 * without it, one for `offline_access`.
 */
async function tryLogout(context: ServerContext, client: TestClient): Promise<Judgement> {
  const conduct = { browser: 'logging out' }
  const online = await grantByCode(context, { client, conduct, wantsIdToken: true })
  if (isJudgement(online)) return online
  const isOffline = online.tokens.refreshToken === undefined
  const granted = isOffline
    ? await grantWithRefresh(context, { client, conduct, wantsIdToken: true })
    : { ...online, refreshToken: online.tokens.refreshToken }
  if (isJudgement(granted)) return granted
  const after = await lifeAfterLogout(context, granted, conduct.browser)
  if ('verdict' in after) return after
  if (after.state === 'dead') return pass('after the logout the refresh token is dead', ...after.evidence)
  if (after.state === 'unknown')
    return inconclusive('after the logout nobody can tell whether the refresh token is good', ...after.evidence)
  const why = isOffline
    ? '; it was given for `offline_access`, which may outlast the session where the user knows that'
    : ''
  const reason = `after the logout the refresh token still gives tokens${why}`
  return finding(isOffline ? 'warn' : 'fail', { reason, complaint: 'alive after logout' }, ...after.evidence)
}

/** Whether a refresh token is good after its user has logged out; why nobody can tell where that is so. */
export async function lifeAfterLogout(
  context: ServerContext,
  { client, tokens, refreshToken }: Pick<Granted, 'client' | 'tokens'> & { readonly refreshToken: Secret },
  browser: string,
): Promise<Life | Judgement> {
  const endpoint = context.server.endpoint('end_session_endpoint')
  if (endpoint === undefined) return notApplicable('the server offers no logout that clients can ask for')
  const hint = tokens.idToken === undefined ? [] : [['id_token_hint', tokens.idToken.reveal()] as const]
  const outcome = await context.server.visit(withQuery(endpoint, [...hint, ['client_id', client.clientId]]), {
    browser,
  })
  if (outcome.kind === 'stuck') return inconclusive(`the logout could not be followed: ${outcome.reason}`)
  if ((await isLoggedIn(context, client, browser)) !== false)
    return inconclusive('the logout was asked for, and nobody can tell whether the user is logged out')
  return lifeOfRefresh(context, client, refreshToken)
}
