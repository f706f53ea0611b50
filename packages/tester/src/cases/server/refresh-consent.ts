// OpenID Connect Core §11
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { lifeAfterLogout } from './refresh-end.ts'
import { asksAbout } from './scope-consent.ts'
import type { ServerContext } from './server-trial.ts'
import { mayAsk } from './token-ask.ts'
import { type Granted, grantByCode, serverOf } from './token-grant.ts'
import { finding, pass } from './token-refusal.ts'
import { refreshingClient, serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-REF-07',
  title: 'a refresh token that nobody agreed to',
  why: 'With a refresh token a client goes on while the user is away. That is for the user to decide.',
  remedy:
    'Give refresh tokens only where they were asked for and the user agreed, and none where the question was not put.',
  severity: 'medium',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §10.7.1', 'OpenID Connect Core §11'],
  tags: ['refresh', 'consent'],
}

const noOffline = 'the server knows no `offline_access` by which a client would ask for one'

/** AS-REF-07: not asked for, refused by the user, and added without a question. */
export const refreshConsent: TestCase = serverCase(text, [
  { variant: 'not asked for', client: refreshingClient, hasControl: false, run: tryUnasked },
  { variant: 'refused', client: refreshingClient, hasControl: false, run: tryRefused },
  { variant: 'without a question', client: refreshingClient, hasControl: false, run: trySilent },
])

async function tryUnasked(context: ServerContext, client: TestClient): Promise<Judgement> {
  const known = textsIn(serverOf(context).metadata, 'scopes_supported')
  if (known?.includes('offline_access') !== true) return notApplicable(noOffline)
  const conduct = { browser: 'not asked' }
  const granted = await grantByCode(context, { client, conduct, wantsIdToken: true })
  if (isJudgement(granted)) return granted
  if (granted.tokens.refreshToken === undefined)
    return pass('without `offline_access` there is no refresh token', granted.exchange)
  const reason = 'a refresh token that outlives the session came, although nobody asked for `offline_access`'
  return judgeSpan(context, granted, { browser: conduct.browser, reason, verdict: 'warn' })
}

async function tryRefused(context: ServerContext, client: TestClient): Promise<Judgement> {
  if (!mayAsk('offline_access', client, serverOf(context))) return notApplicable(noOffline)
  if (!(await asksAbout(context, client, 'offline_access')))
    return notApplicable('the consent page does not let one choose `offline_access` or leave it')
  const conduct = { refuses: ['offline_access'], browser: 'refusing' }
  const granted = await grantByCode(context, { client, wantsRefreshToken: true, conduct })
  if (isJudgement(granted)) return granted
  if (granted.tokens.refreshToken === undefined)
    return pass('a user who refuses `offline_access` gives no refresh token', granted.exchange)
  const reason = 'the user refused `offline_access`, and a refresh token that outlives the session came'
  return judgeSpan(context, granted, { browser: conduct.browser, reason, verdict: 'fail' })
}

type Span = { readonly browser: string; readonly reason: string; readonly verdict: 'fail' | 'warn' }

/** A refresh token that ends with the session needs no `offline_access`. */
async function judgeSpan(
  context: ServerContext,
  granted: Granted,
  { browser, reason, verdict }: Span,
): Promise<Judgement> {
  const { refreshToken } = granted.tokens
  if (refreshToken === undefined) return inconclusive('no refresh token came', granted.exchange)
  const after = await lifeAfterLogout(context, { ...granted, refreshToken }, browser)
  if ('verdict' in after || after.state === 'unknown')
    return inconclusive(
      'a refresh token came without `offline_access`; whether it ends with the session cannot be seen',
      granted.exchange,
    )
  if (after.state === 'alive') return finding(verdict, { reason, complaint: 'without consent' }, granted.exchange)
  return pass('without `offline_access` a refresh token comes that ends with the session', granted.exchange)
}

/** A user who agreed to less is logged in; more is asked for so that no question can be put. */
async function trySilent(context: ServerContext, client: TestClient): Promise<Judgement> {
  if (!mayAsk('offline_access', client, serverOf(context))) return notApplicable(noOffline)
  const conduct = {
    browser: 'silent',
    user: context.server.users.length > 1 ? ('second' as const) : ('first' as const),
  }
  const before = await grantByCode(context, { client, conduct })
  if (isJudgement(before)) return before
  const silent = await grantByCode(context, {
    client,
    wantsRefreshToken: true,
    parameters: { prompt: 'none' },
    conduct,
  })
  if (isJudgement(silent))
    return silent.evidence === undefined
      ? pass('`offline_access` without a question is refused')
      : inconclusive('what came without a question could not be redeemed', ...silent.evidence)
  if (silent.tokens.refreshToken === undefined)
    return pass('without a question there is no refresh token', silent.exchange)
  return finding(
    'warn',
    {
      reason: 'a refresh token came by `prompt=none`, where the user could not be asked',
      complaint: 'without consent',
    },
    silent.exchange,
  )
}
