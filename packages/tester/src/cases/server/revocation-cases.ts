// RFC 7009 §2.1, §2.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { bare } from './client-assertion.ts'
import type { ClientTrial, ClientWish } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { isConfidential, isOfUsers, isRefreshing } from './token-ask.ts'
import { type Granted, grantByCode, grantWithRefresh } from './token-grant.ts'
import { type Life, lifeOfAccess, lifeOfRefresh } from './token-life.ts'
import { answerWords, errorOf, finding, isBusy, pass } from './token-refusal.ts'
import { clientTrials, refreshingClient, serverCase } from './token-trial.ts'

const none = 'the server offers no revocation'

/** A case about revocation, where there is one. */
function revocationCase(text: CaseText, trials: readonly ClientTrial[]): TestCase {
  return serverCase(text, server =>
    server.metadata['revocation_endpoint'] === undefined ? none : clientTrials(server, trials),
  )
}

const confidential: ClientWish = {
  fits: client => isOfUsers(client) && isConfidential(client),
  lacks: 'it needs a confidential client with the grant `authorization_code`; configure one',
}

const deadText: CaseText = {
  id: 'AS-REV-01',
  title: 'a token that was revoked',
  why: 'Revoking is what one does when a token was lost. Where it changes nothing, there is nothing that helps.',
  remedy: 'End the token at once wherever the server itself looks at it, and answer 200 for tokens that nobody knows.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 7009 §2.2', 'RFC 7009 §2.1'],
  tags: ['revocation'],
}

/** AS-REV-01: access token, refresh token, and one that nobody knows. */
const revokedTokens: TestCase = revocationCase(deadText, [
  {
    variant: 'access token',
    client: confidential,
    hasControl: false,
    run: async (context, client) => {
      const granted = await grantByCode(context, { client, wantsIdToken: true })
      if (isJudgement(granted)) return granted
      if ((await lifeOfAccess(context, granted)).state !== 'alive')
        return inconclusive('nobody can be asked whether an access token is good', granted.exchange)
      const revoked = await revoke(context, granted.tokens.accessToken, client)
      if (errorOf(revoked) === 'unsupported_token_type') return notApplicable('this server revokes no access tokens')
      return judgeDeath(revoked, await lifeOfAccess(context, granted), 'a revoked access token')
    },
  },
  {
    variant: 'refresh token',
    client: refreshingClient,
    hasControl: false,
    run: async (context, client) => {
      const granted = await grantWithRefresh(context, { client })
      if (isJudgement(granted)) return granted
      const revoked = await revoke(context, granted.refreshToken, client, 'refresh_token')
      return judgeDeath(revoked, await lifeOfRefresh(context, client, granted.refreshToken), 'a revoked refresh token')
    },
  },
  {
    variant: 'unknown token',
    client: confidential,
    hasControl: false,
    run: async (context, client) => {
      const unknown = context.secrets.secret('access token', 'a-token-that-nobody-made-0123456789')
      const exchange = await revoke(context, unknown, client)
      if (exchange.kind === 'failed' || isBusy(exchange.response.status))
        return inconclusive(`the revocation of an unknown token got ${answerWords(exchange)}`, exchange)
      const { status } = exchange.response
      if (status === 200) return pass('the revocation of a token that nobody knows is answered by 200', exchange)
      const reason = `the revocation of a token that nobody knows was answered by ${answerWords(exchange)}; 200 is wanted`
      return finding(status >= 500 ? 'fail' : 'warn', { reason, complaint: `${status} instead of 200` }, exchange)
    },
  },
])

function judgeDeath(revoked: Exchange, after: Life, what: string): Judgement {
  const evidence = [revoked, ...after.evidence]
  if (revoked.kind === 'failed' || isBusy(revoked.response.status))
    return inconclusive(`the revocation got ${answerWords(revoked)}`, revoked)
  if (after.state === 'alive')
    return finding('fail', { reason: `${what} is still good`, complaint: 'alive' }, ...evidence)
  if (after.state === 'unknown') return inconclusive(`nobody can tell whether ${what} is still good`, ...evidence)
  const { status } = revoked.response
  if (status === 200) return pass(`${what} is dead`, ...evidence)
  const reason = `${what} is dead, but the revocation was answered by ${status}; 200 is wanted`
  return finding('warn', { reason, complaint: `${status} instead of 200` }, ...evidence)
}

/** @spec RFC 7009 §2.1 */
function revoke(
  context: ServerContext,
  token: Secret,
  client: TestClient,
  hint: 'access_token' | 'refresh_token' = 'access_token',
): Promise<Exchange> {
  const pairs = [
    ['token', token.reveal()],
    ['token_type_hint', hint],
  ] as const
  return context.send(context.server.formRequest('revocation_endpoint', pairs, client))
}

const strangerText: CaseText = {
  id: 'AS-REV-02',
  title: 'revoking the token of somebody else',
  why: 'Who can revoke others’ tokens can log them out whenever they like.',
  remedy: 'Authenticate the client at the revocation endpoint, and touch only tokens that were given to it.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 7009 §2.1'],
  tags: ['revocation', 'client'],
}

/** AS-REV-02: without authentication, and with that of another client. */
const strangersRevocation: TestCase = revocationCase(strangerText, [
  {
    variant: 'no authentication',
    client: { fits: client => isRefreshing(client) && isConfidential(client), lacks: refreshingClient.lacks },
    hasControl: false,
    run: (context, client) => tryStranger(context, client, bare(client)),
  },
  {
    variant: 'another client',
    client: refreshingClient,
    hasControl: false,
    run: async (context, client) => {
      const other = context.server.client(
        each => each.clientId !== client.clientId && isConfidential(each) && isOfUsers(each),
      )
      return other === undefined
        ? notApplicable('it needs a second client; configure one')
        : tryStranger(context, client, other)
    },
  },
])

/** Only what became of the token counts: a stranger may be told anything. */
async function tryStranger(context: ServerContext, client: TestClient, stranger: TestClient): Promise<Judgement> {
  const granted = await grantWithRefresh(context, { client })
  if (isJudgement(granted)) return granted
  const exchange = await revoke(context, granted.refreshToken, stranger, 'refresh_token')
  const after = await lifeOfRefresh(context, client, granted.refreshToken)
  const who = stranger.clientId === client.clientId ? 'a client that does not authenticate' : 'another client'
  const evidence = [exchange, ...after.evidence]
  if (exchange.kind === 'failed' || isBusy(exchange.response.status))
    return inconclusive(`the revocation got ${answerWords(exchange)}`, exchange)
  if (after.state === 'dead')
    return finding('fail', { reason: `${who} revoked the token`, complaint: 'accepted' }, ...evidence)
  if (after.state === 'unknown') return inconclusive('nobody can tell whether the token is still good', ...evidence)
  return pass(`the attempt of ${who} to revoke the token changed nothing (${answerWords(exchange)})`, ...evidence)
}

const grantText: CaseText = {
  id: 'AS-REV-03',
  title: 'access tokens after their refresh token was revoked',
  why: 'Who takes back a permission expects that all tokens of it are dead, not only the one that makes others.',
  remedy: 'End with a refresh token the access tokens of its grant, or keep their life short.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 7009 §2.1'],
  tags: ['revocation', 'refresh'],
}

/** AS-REV-03: what came of the same grant. */
const revokedGrantTokens: TestCase = revocationCase(grantText, [
  {
    client: refreshingClient,
    hasControl: false,
    run: async (context, client) => {
      const granted = await grantWithRefresh(context, { client, wantsIdToken: true })
      if (isJudgement(granted)) return granted
      return judgeGrant(context, granted)
    },
  },
])

async function judgeGrant(
  context: ServerContext,
  granted: Granted & { readonly refreshToken: Secret },
): Promise<Judgement> {
  if ((await lifeOfAccess(context, granted)).state !== 'alive')
    return inconclusive('nobody can be asked whether an access token is good', granted.exchange)
  const revoked = await revoke(context, granted.refreshToken, granted.client, 'refresh_token')
  const after = await lifeOfAccess(context, granted)
  const evidence = [revoked, ...after.evidence]
  if (after.state === 'dead') return pass('with the refresh token its access token died', ...evidence)
  if (after.state === 'unknown')
    return inconclusive('nobody can tell whether the access token is still good', ...evidence)
  return finding(
    'warn',
    { reason: 'the refresh token was revoked, and its access token is still good', complaint: 'alive' },
    ...evidence,
  )
}

/** AS-REV-01 to AS-REV-03: revocation at the server. */
export const serverRevocationCases: readonly TestCase[] = [revokedTokens, strangersRevocation, revokedGrantTokens]
