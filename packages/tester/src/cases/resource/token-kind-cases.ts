// RFC 9068 §5; RFC 8725 §2.8, §3.12
import { skipOf } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal, unauthorized } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import type { TokenWish } from '../../tokens/token.ts'
import { forgedToken } from './forged-token.ts'
import { goodCall, inconclusive, isJudgement, tokenFor, withAuthorization } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'
import { findPersonalData, judgeStranger, type RequestOf } from './personal-data.ts'
import { codeCase } from './token-kind-credentials.ts'

const firstUser = { kind: 'user', user: 'first' } as const

/** A token that tells a client who has logged in. */
const idToken: TestCase = caseOnGuards(
  {
    id: 'RS-TYP-01',
    title: 'an ID token in place of an access token',
    why: 'An ID token is for a client and says who logged in; it carries no scope. Where an API takes it, each client that users log in to can call the API in their name.',
    remedy: 'Refuse tokens whose `typ` is not `at+jwt`, or whose audience is not the API.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9068 §5', 'RFC 8725 §2.8', 'OWASP ASVS 5.0 §9.2.2'],
    tags: ['token-kind', 'oidc'],
  },
  (_operation, _api, target) => {
    const real = issuesIdTokens(target) ? [realIdToken] : []
    const trials = target.levels.has('L1') ? [...real, forgedIdToken] : real
    return trials.length > 0 ? trials : 'the server issues no ID tokens that could be sent'
  },
)

/** Whether the server speaks OpenID Connect, as far as its metadata tell. @spec OpenID Connect Discovery §3 */
function issuesIdTokens({ server }: Target): boolean {
  if (server === undefined || server.users.length === 0) return false
  const { scopes_supported: scopes, id_token_signing_alg_values_supported: algorithms } = server.metadata
  if (scopes === undefined && algorithms === undefined) return server.provider === 'unknown'
  return algorithms !== undefined || (Array.isArray(scopes) && scopes.includes('openid'))
}

const realIdToken: Trial = {
  variant: 'of the server',
  run: (context, operation) =>
    sendOther(context, operation, {
      wish: { holder: firstUser, alsoWants: ['id_token'] },
      choose: ({ idToken: text }) => text,
      kind: 'ID token',
    }),
}

const forgedIdToken: Trial = forgedToken({
  variant: 'of the test issuer',
  sent: 'an ID token of the test issuer',
  change: ({ token, context }) => {
    const clientId =
      context.target.server?.clients[0]?.clientId ?? context.testIssuer?.subjects?.clients?.[0] ?? 'client'
    const claims = {
      aud: clientId,
      azp: clientId,
      nonce: 'nonce',
      at_hash: 'A'.repeat(22),
      scope: undefined,
      client_id: undefined,
    }
    return { holder: token.holder, header: { typ: 'JWT' }, claims }
  },
})

/** A token that is for the authorization server alone. */
const refreshToken: TestCase = caseOnGuards(
  {
    id: 'RS-TYP-02',
    title: 'a refresh token in place of an access token',
    why: 'A refresh token lives for weeks and is never meant for an API. Where one is taken, revoking access tokens and their short lives mean nothing.',
    remedy:
      'Ask the authorization server about tokens with `token_type_hint`, and take only what it calls an access token; refuse JWTs that are not `at+jwt`.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6749 §1.5', 'OWASP ASVS 5.0 §9.2.2'],
    tags: ['token-kind'],
  },
  [
    {
      run: (context, operation) =>
        sendOther(context, operation, {
          wish: { holder: firstUser, alsoWants: ['refresh_token'], isFresh: true },
          choose: ({ refreshToken: text }) => text,
          kind: 'refresh token',
        }),
    },
  ],
)

type OtherToken = {
  readonly wish: Partial<TokenWish>
  readonly choose: (token: { readonly idToken?: Secret; readonly refreshToken?: Secret }) => Secret | undefined
  readonly kind: string
}

async function sendOther(
  context: ProbeContext,
  operation: ApiOperation,
  { wish, choose, kind }: OtherToken,
): Promise<Judgement> {
  const good = await goodCall(context, operation, wish)
  if (isJudgement(good)) return good
  const other = choose(good.token)
  if (other === undefined) return inconclusive(`the server gave no ${kind} with the access token`)
  const exchange = await context.send(withAuthorization(good.call, `Bearer ${other.reveal()}`))
  return judgeRefusal(exchange, { ...unauthorized, sent: `a good ${kind} of the server` })
}

const otherClientText: CaseText = {
  id: 'RS-TYP-04',
  title: 'a good token of another client',
  why: "A token is good, but not for everybody's data. Where the API only asks whether a token is good, each client sees the data of all others.",
  remedy: 'Decide by the subject and the client of the token which data it may reach, and not only by its scope.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §4.10.2', 'OWASP API1:2023', 'OWASP ASVS 5.0 §8.4.1'],
  tags: ['token-kind', 'objects'],
}

/** A token that is good, of somebody else. */
const otherClient: TestCase = caseOnGuards(otherClientText, (_operation, _api, target) => {
  if ((target.server?.clients.length ?? 0) < 2 && skipOf({ ...otherClientText, level: 'L1' }, target) !== undefined)
    return 'a second client is wanted, and none is configured'
  return [{ run: judgeOtherClient }]
})

async function judgeOtherClient(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const requestOf: RequestOf = async (each, call, user) => {
    const token = await tokenFor(context, each, { holder: { kind: 'user', user } })
    return isJudgement(token) ? token : context.withToken(call, token)
  }
  const found = await findPersonalData(context, operation, { requestOf, isFit: isDecidedByOwner(context) })
  if (isJudgement(found)) return found
  const token = await tokenFor(context, found.operation, { holder: { kind: 'client', client: 'second' } })
  if (isJudgement(token)) return token
  const exchange = await context.send(context.withToken(found.call, token))
  const judgement = judgeStranger(found, exchange, 'another client with a token of its own')
  if (judgement.verdict !== 'fail') return judgement
  return { ...judgement, verdict: 'warn', reason: `${judgement.reason}, unless it is meant to serve all users` }
}

/** Where a policy says who sees what, it is asked by other cases; a client may well see all there. */
function isDecidedByOwner({ target }: ProbeContext): (operation: ApiOperation) => boolean {
  return ({ action }) => target.api?.policy === undefined || action === undefined
}

/** Whether other things that are signed or secret pass for an access token. */
export const tokenKindCases: readonly TestCase[] = [idToken, refreshToken, codeCase, otherClient]
