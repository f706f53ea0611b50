// RFC 6749 §6
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { apiScopesOf } from './token-ask.ts'
import { grantWithRefresh, listed, readGrant, refresh } from './token-grant.ts'
import { finding, isGiven, judgeError, pass } from './token-refusal.ts'
import { refreshingClient, serverCase } from './token-trial.ts'

const widenText: CaseText = {
  id: 'AS-REF-04',
  title: 'more scope by a refresh token',
  why: 'A client that gets more than its user allowed has no need to ask.',
  remedy: 'Compare the scope of a refresh with what the user allowed, and refuse more by `invalid_scope`.',
  severity: 'critical',
  level: 'L0',
  sources: ['RFC 6749 §6'],
  tags: ['refresh', 'scope'],
}

const needsTwo = 'it needs a client that may ask for two scopes of the API; configure its `scope`'

/** AS-REF-04: a scope that the client may have, but that its user did not allow. */
export const widenedRefresh: TestCase = serverCase(widenText, [
  {
    client: refreshingClient,
    hasControl: false,
    run: async (context, client) => {
      const [allowed, more] = apiScopesOf(client, context.target)
      if (allowed === undefined || more === undefined) return notApplicable(needsTwo)
      const granted = await grantWithRefresh(context, { client, scope: [allowed] })
      if (isJudgement(granted)) return granted
      if (granted.scope.includes(more))
        return notApplicable(`the server gives \`${more}\` to whoever asks for \`${allowed}\``)
      const exchange = await refresh(context, client, granted.refreshToken, { change: { scope: `${allowed} ${more}` } })
      if (!isGiven(exchange))
        return judgeError(exchange, { sent: 'a refresh that asks for more scope', errors: ['invalid_scope'] })
      const next = readGrant(context, exchange, { client, asked: [allowed, more] })
      if (isJudgement(next)) return next
      const sent = 'a refresh that asks for more scope than the user allowed'
      return next.scope.includes(more)
        ? finding('fail', { reason: `${sent} was given ${listed(next.scope)}`, complaint: 'accepted' }, exchange)
        : finding(
            'warn',
            {
              reason: `${sent} was answered with ${listed(next.scope)}; \`invalid_scope\` is wanted`,
              complaint: 'no `invalid_scope`',
            },
            exchange,
          )
    },
  },
])

const narrowText: CaseText = {
  id: 'AS-REF-05',
  title: 'less scope by a refresh token',
  why: 'A client that asks for less wants a token that is worth less to a thief. It must not get the full one, and must not lose what its user allowed.',
  remedy:
    'Give an access token with just the scope that the refresh asks for, and keep the grant as the user allowed it.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6749 §6'],
  tags: ['refresh', 'scope'],
}

/** AS-REF-05: less, and then all of it again. */
export const narrowedRefresh: TestCase = serverCase(narrowText, [
  {
    client: refreshingClient,
    hasControl: false,
    run: async (context, client) => {
      const [kept, dropped] = apiScopesOf(client, context.target)
      if (kept === undefined || dropped === undefined) return notApplicable(needsTwo)
      const granted = await grantWithRefresh(context, { client, scope: [kept, dropped] })
      if (isJudgement(granted)) return granted
      if (!granted.scope.includes(dropped))
        return inconclusive(`the server did not give \`${dropped}\``, granted.exchange)
      const exchange = await refresh(context, client, granted.refreshToken, { change: { scope: kept } })
      const less = readGrant(context, exchange, { client, asked: [kept] })
      if (isJudgement(less)) return less
      if (less.scope.includes(dropped))
        return finding(
          'fail',
          {
            reason: `a refresh that asks for \`${kept}\` alone was given ${listed(less.scope)}`,
            complaint: 'not narrowed',
          },
          exchange,
        )
      const again = await refresh(context, client, less.tokens.refreshToken ?? granted.refreshToken)
      const full = readGrant(context, again, { client, asked: [kept, dropped] })
      if (isJudgement(full))
        return finding(
          'warn',
          { reason: 'after a refresh that asked for less, no other refresh succeeds', complaint: 'grant lost' },
          again,
        )
      const outside = full.scope.filter(token => !granted.scope.includes(token))
      if (outside.length > 0)
        return finding(
          'fail',
          {
            reason: `a later refresh was given ${listed(outside)}, which the user never allowed`,
            complaint: 'widened',
          },
          again,
        )
      return pass(
        `a refresh gave \`${kept}\` alone, and a later one ${listed(full.scope)}, all of which the user allowed`,
        exchange,
        again,
      )
    },
  },
])
