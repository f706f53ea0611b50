// RFC 6749 §6, §10.4; RFC 9700 §2.2.2, §4.14.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { readTokenResponse } from '../../tokens/token-response.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { refreshConsent } from './refresh-consent.ts'
import { refreshEnd } from './refresh-end.ts'
import { narrowedRefresh, widenedRefresh } from './refresh-scope.ts'
import { type ServerContext } from './server-trial.ts'
import { isAuthenticatedByKey, isRefreshing } from './token-ask.ts'
import { grantWithRefresh, readGrant, refresh } from './token-grant.ts'
import { lifeOfAccess, lifeOfRefresh } from './token-life.ts'
import { answerWords, errorOf, finding, isBusy, isGiven, judgeError, pass } from './token-refusal.ts'
import { confidentialRefreshingClient, publicRefreshingClient, refreshingClient, serverCase } from './token-trial.ts'

const rotationText: CaseText = {
  id: 'AS-REF-01',
  title: 'a refresh token that was used before',
  why: 'When a refresh token comes twice, one of the two who sent it has stolen it. Where the server lets both go on, the thief stays for as long as the user does.',
  remedy:
    'Give a new refresh token with each use, or bind it to a key; when an old one comes back, end everything that came of the grant.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §4.14.2', 'OWASP ASVS 5.0 §10.4.5'],
  tags: ['refresh'],
}

/** AS-REF-01: the old token is refused, and what came of the new one dies with it. */
const refreshReuse: TestCase = serverCase(rotationText, [
  {
    variant: 'public client',
    client: publicRefreshingClient,
    hasControl: false,
    run: (context, client) => tryReuse(context, client, 'fail'),
  },
  {
    variant: 'confidential client',
    client: confidentialRefreshingClient,
    hasControl: false,
    run: (context, client) => tryReuse(context, client, 'warn'),
  },
])

async function tryReuse(
  context: ServerContext,
  client: TestClient,
  /** What it is that there is no rotation at all. */
  unrotated: 'fail' | 'warn',
): Promise<Judgement> {
  const granted = await grantWithRefresh(context, { client })
  if (isJudgement(granted)) return granted
  const first = await refresh(context, client, granted.refreshToken)
  const next = readGrant(context, first, granted)
  if (isJudgement(next)) return next
  const { refreshToken } = next.tokens
  if (refreshToken === undefined || refreshToken === granted.refreshToken) {
    const reason = `the refresh token of ${unrotated === 'fail' ? 'a public client' : 'a confidential client'} stays the same with each use, so that nobody notices when it is stolen`
    // FAPI 2.0 §5.3.2.1 even forbids to rotate there
    if (isAuthenticatedByKey(client))
      return pass(`the refresh token of \`${client.name}\` stays the same, and takes the client’s key each time`, first)
    return finding(unrotated, { reason, complaint: 'no rotation' }, first)
  }
  const { again, newest } = await replay(context, client, { old: granted.refreshToken, successor: refreshToken })
  const judgement = judgeError(again, { sent: 'a refresh token that was used before', errors: ['invalid_grant'] })
  if (judgement.verdict === 'inconclusive' || isGiven(again)) return judgement
  const survivor = await lifeOfRefresh(context, client, newest)
  if (survivor.state === 'alive') {
    const reason = 'an old refresh token was refused, but the new one goes on: the thief may be the one who holds it'
    return finding('fail', { reason, complaint: 'family alive' }, again, ...survivor.evidence)
  }
  const access = await lifeOfAccess(context, next)
  if (access.state === 'alive')
    return finding(
      'warn',
      { reason: 'an old refresh token ended the grant, but its access tokens go on', complaint: 'access token alive' },
      again,
      ...access.evidence,
    )
  return judgement.verdict === 'pass'
    ? { ...judgement, reason: `${judgement.reason}, and all that came of its grant is dead` }
    : judgement
}

type Line = { readonly old: Secret; readonly successor: Secret }

/**
 * Uses the old token again. Where it gives the same successor once more, that is a grace for answers that got lost: it must end
 * when the successor is used, or within a minute.
 */
async function replay(
  context: ServerContext,
  client: TestClient,
  { old, successor }: Line,
): Promise<{ readonly again: Exchange; readonly newest: Secret }> {
  const again = await refresh(context, client, old)
  const repeated = readTokenResponse(again, context.secrets)
  const isGrace = repeated.kind === 'tokens' && repeated.refreshToken === successor
  if (!isGrace) return { again, newest: successor }
  const used = readTokenResponse(await refresh(context, client, successor), context.secrets)
  const newest = used.kind === 'tokens' ? (used.refreshToken ?? successor) : successor
  const second = await refresh(context, client, old)
  if (!isGiven(second)) return { again: second, newest }
  await context.wait(61_000)
  return { again: await refresh(context, client, old), newest }
}

const raceText: CaseText = {
  id: 'AS-REF-02',
  title: 'the same refresh token twice at the same moment',
  why: 'Two requests at once must not make two lines of tokens of which nobody ever notices the second.',
  remedy:
    'Spend the refresh token in one step with the storage; answer the second request with the same tokens for a short time, or refuse it.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §4.14.2'],
  tags: ['refresh', 'race'],
}

/** AS-REF-02: two requests in flight together. */
const refreshRace: TestCase = serverCase(raceText, [
  {
    client: refreshingClient,
    isExclusive: true,
    hasControl: false,
    run: async (context, client) => {
      const granted = await grantWithRefresh(context, { client })
      if (isJudgement(granted)) return granted
      const options = { isRaw: true }
      const both = await Promise.all([1, 2].map(() => refresh(context, client, granted.refreshToken, { options })))
      const busy = both.find(each => each.kind === 'failed' || isBusy(each.response.status))
      if (busy !== undefined) return inconclusive(`one of two requests at once got ${answerWords(busy)}`, busy)
      const won = both.map(each => readTokenResponse(each, context.secrets)).filter(each => each.kind === 'tokens')
      if (won.length === 0)
        return finding(
          'warn',
          {
            reason: 'of two requests at once neither was answered with tokens, and the user has to log in again',
            complaint: 'no winner',
          },
          ...both,
        )
      if (won.length === 1) return pass('of two requests at once one won', ...both)
      const [a, b] = won.map(each => each.refreshToken)
      if (a === undefined || b === undefined) return notApplicable('refresh tokens are not rotated here')
      if (a === b) return pass('two requests at once got the same refresh token', ...both)
      const one = await lifeOfRefresh(context, client, a)
      const other = await lifeOfRefresh(context, client, b)
      if (one.state === 'alive' && other.state === 'alive') {
        const reason = 'two requests at once made two lines of refresh tokens, and both go on'
        return finding('fail', { reason, complaint: 'two families' }, ...both, ...other.evidence)
      }
      return pass('two requests at once were both answered, and only one line of tokens goes on', ...both)
    },
  },
])

const boundText: CaseText = {
  id: 'AS-REF-03',
  title: 'a refresh token in other hands',
  why: 'A stolen refresh token is worth nothing only where somebody else cannot use it.',
  remedy:
    'Keep with each refresh token whose it is; bind those of public clients to a key, or change them with each use.',
  severity: 'critical',
  level: 'L0',
  sources: ['RFC 6749 §10.4', 'RFC 9700 §2.2.2'],
  tags: ['refresh', 'client'],
}

/** AS-REF-03: another client, and a public client whose token is neither bound nor rotated. */
const foreignRefresh: TestCase = serverCase(boundText, [
  {
    variant: 'another client',
    client: refreshingClient,
    hasControl: false,
    run: async (context, client) => {
      const other = context.server.client(each => isRefreshing(each) && each.clientId !== client.clientId)
      if (other === undefined)
        return notApplicable('it needs a second client with the grant `refresh_token`; configure one')
      const granted = await grantWithRefresh(context, { client })
      if (isJudgement(granted)) return granted
      const exchange = await refresh(context, other, granted.refreshToken)
      const judgement = judgeError(exchange, { sent: 'the refresh token of another client', errors: ['invalid_grant'] })
      return judgement.verdict === 'pass' ? confirmOwn(context, { client, granted, judgement }) : judgement
    },
  },
  {
    variant: 'public client',
    client: publicRefreshingClient,
    hasControl: false,
    run: async (context, client) => {
      const granted = await grantWithRefresh(context, { client })
      if (isJudgement(granted)) return granted
      const exchange = await refresh(context, client, granted.refreshToken)
      const next = readGrant(context, exchange, granted)
      if (isJudgement(next)) return next
      const { refreshToken } = next.tokens
      if (refreshToken !== undefined && refreshToken !== granted.refreshToken)
        return pass('the refresh token of a public client is changed with each use', exchange)
      const reason = 'the refresh token of a public client is neither bound to a key nor changed with each use'
      return finding('fail', { reason, complaint: accepted }, exchange)
    },
  },
])

type Confirming = {
  readonly client: TestClient
  readonly granted: Parameters<typeof lifeOfAccess>[1] & { readonly refreshToken: Parameters<typeof refresh>[2] }
  readonly judgement: Judgement
}

/** A refusal counts only where its own client can use the token, or where the attempt ended the grant. */
async function confirmOwn(context: ServerContext, { client, granted, judgement }: Confirming): Promise<Judgement> {
  const own = await refresh(context, client, granted.refreshToken)
  if (isGiven(own) || errorOf(own) === 'invalid_grant') return judgement
  return inconclusive(`the refresh token was refused to its own client as well (${answerWords(own)})`, own)
}

/** AS-REF-01 to AS-REF-07: refresh tokens. */
export const refreshCases: readonly TestCase[] = [
  refreshReuse,
  refreshRace,
  foreignRefresh,
  widenedRefresh,
  narrowedRefresh,
  refreshEnd,
  refreshConsent,
]
