// OpenID Connect Core §3.1.3.3, §3.1.3.6, §3.1.3.7; OpenID Connect RP-Initiated Logout §2, §3
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { splitJws } from '../../node/forge-jws.ts'
import type { TestClient } from '../../target/target.ts'
import { withQuery } from '../../tokens/endpoint-request.ts'
import { problemOfIdToken } from '../../tokens/id-token.ts'
import { textIn, textsIn } from '../../tokens/json-object.ts'
import { randomText } from '../../tokens/server-access.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { problemOfHash } from './identity-hash.ts'
import { isLoggedIn } from './identity-session.ts'
import { codeClient, withClient } from './server-case.ts'
import { wordsOf } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'
import { mayAsk } from './token-ask.ts'
import { type Granted, grantByCode, serverOf } from './token-grant.ts'
import { finding, pass } from './token-refusal.ts'
import { serverCase } from './token-trial.ts'

const tokenText: CaseText = {
  id: 'AS-OID-01',
  title: 'what stands in the ID token',
  why: 'By the ID token the client knows who logged in. One that is unsigned, for another client or from another login lets somebody else in.',
  remedy:
    'Sign ID tokens by a published key, with the issuer, the client as audience, the `nonce` of the request and times that are true.',
  severity: 'high',
  level: 'L0',
  sources: ['OpenID Connect Core §3.1.3.7', 'OpenID Connect Core §3.1.3.6', 'OWASP ASVS 5.0 §10.5.1'],
  tags: ['openid', 'id token'],
}

/** AS-OID-01: signature and claims, the nonce, the hash of the access token. */
const idTokens: TestCase = serverCase(tokenText, server => {
  const isOpenId = textsIn(server.metadata, 'scopes_supported')?.includes('openid') === true
  if (!isOpenId && server.metadata['id_token_signing_alg_values_supported'] === undefined)
    return 'the server is none of OpenID Connect'
  const client = {
    fits: (each: TestClient) => codeClient.fits(each) && mayAsk('openid', each, server),
    lacks: codeClient.lacks,
  }
  return [
    withClient(server, { variant: 'signature and claims', client, hasControl: false, run: tryClaims }),
    withClient(server, { variant: 'alg', client, hasControl: false, run: tryAlg }),
    withClient(server, { variant: 'nonce', client, hasControl: false, run: tryNonce }),
    withClient(server, { variant: 'at_hash', client, hasControl: false, run: tryHash }),
  ]
})

type Identified = Granted & { readonly idToken: NonNullable<Granted['tokens']['idToken']> }

async function logIn(
  context: ServerContext,
  client: TestClient,
  nonce: string | undefined,
): Promise<Identified | Judgement> {
  const granted = await grantByCode(context, { client, scope: [], wantsIdToken: true, parameters: { nonce } })
  if (isJudgement(granted)) return granted
  const { idToken } = granted.tokens
  return idToken === undefined
    ? finding(
        'fail',
        { reason: '`openid` was asked for, and no ID token came', complaint: 'no ID token' },
        granted.exchange,
      )
    : { ...granted, idToken }
}

async function tryClaims(context: ServerContext, client: TestClient): Promise<Judgement> {
  const nonce = randomText()
  const got = await logIn(context, client, nonce)
  if (isJudgement(got)) return got
  const problem = await problemOfIdToken(got.idToken, { client, nonce }, { ...context, server: serverOf(context) })
  if (problem === undefined)
    return pass('the ID token is signed by a published key, and says what it should', got.exchange)
  if (problem.includes('cannot be verified')) return inconclusive(problem, got.exchange)
  return finding('fail', { reason: problem, complaint: problem }, got.exchange)
}

async function tryAlg(context: ServerContext, client: TestClient): Promise<Judgement> {
  const got = await logIn(context, client, randomText())
  if (isJudgement(got)) return got
  const alg = textIn(splitJws(got.idToken.reveal())?.header ?? {}, 'alg')
  if (alg === undefined || alg.toLowerCase() === 'none')
    return finding('fail', { reason: 'the ID token is signed by nobody', complaint: 'unsigned' }, got.exchange)
  if (alg.startsWith('HS') && client.credential.method === 'none')
    return finding(
      'fail',
      {
        reason: `the ID token of a public client is signed by \`${alg}\`, for which it has no secret`,
        complaint: 'HMAC',
      },
      got.exchange,
    )
  return pass(`the ID token is signed by \`${alg}\``, got.exchange)
}

async function tryNonce(context: ServerContext, client: TestClient): Promise<Judgement> {
  const nonce = randomText()
  const got = await logIn(context, client, nonce)
  if (isJudgement(got)) return got
  const said = textIn(splitJws(got.idToken.reveal())?.payload ?? {}, 'nonce')
  if (said !== nonce)
    return finding(
      'fail',
      { reason: 'the ID token does not repeat the `nonce` of the request', complaint: 'wrong nonce' },
      got.exchange,
    )
  return pass('the ID token repeats the `nonce` of the request', got.exchange)
}

async function tryHash(context: ServerContext, client: TestClient): Promise<Judgement> {
  const got = await logIn(context, client, randomText())
  if (isJudgement(got)) return got
  const { header = {}, payload = {} } = splitJws(got.idToken.reveal()) ?? {}
  const said = textIn(payload, 'at_hash')
  if (said === undefined) return notApplicable('the ID token has no `at_hash`, which it need not have here')
  const problem = await problemOfHash(said, got.tokens.accessToken.reveal(), textIn(header, 'alg') ?? '')
  if (problem === 'unknown') return inconclusive('the hash of this algorithm is not known', got.exchange)
  return problem === 'wrong'
    ? finding(
        'fail',
        { reason: '`at_hash` is not the hash of the access token', complaint: 'wrong at_hash' },
        got.exchange,
      )
    : pass('`at_hash` is the hash of the access token', got.exchange)
}

const logoutText: CaseText = {
  id: 'AS-OID-02',
  title: 'where a logout leads',
  why: 'A logout that sends the browser anywhere is good for deception. One that anybody can cause by a link logs people out against their will.',
  remedy:
    'Send the browser only to registered addresses, and ask the user where the request does not show by an `id_token_hint` who asks.',
  severity: 'medium',
  level: 'L0',
  sources: ['OpenID Connect RP-Initiated Logout §2', 'OpenID Connect RP-Initiated Logout §3', 'OWASP ASVS 5.0 §10.6.2'],
  tags: ['openid', 'logout', 'redirect'],
}

const elsewhere = 'https://elsewhere.tester.test/goodbye'

/** AS-OID-02: an address that nobody registered, and a logout without a hint. */
const logouts: TestCase = serverCase(logoutText, server => {
  if (server.metadata['end_session_endpoint'] === undefined)
    return 'the server offers no logout that clients can ask for'
  return [
    withClient(server, { variant: 'unregistered address', client: codeClient, hasControl: false, run: tryAddress }),
    withClient(server, {
      variant: 'unregistered address without a hint',
      client: codeClient,
      hasControl: false,
      run: tryBareAddress,
    }),
    withClient(server, { variant: 'without a hint', client: codeClient, hasControl: false, run: tryUnasked }),
  ]
})

async function tryAddress(context: ServerContext, client: TestClient): Promise<Judgement> {
  const conduct = { browser: 'logging out' }
  const granted = await grantByCode(context, { client, scope: [], wantsIdToken: true, conduct })
  if (isJudgement(granted)) return granted
  const { idToken } = granted.tokens
  if (idToken === undefined) return notApplicable('no ID token came that could be shown')
  return leave(context, [['id_token_hint', idToken.reveal()]], conduct.browser)
}

async function tryBareAddress(context: ServerContext, client: TestClient): Promise<Judgement> {
  const browser = 'logging out'
  const granted = await grantByCode(context, { client, conduct: { browser } })
  return isJudgement(granted) ? granted : leave(context, [['client_id', client.clientId]], browser)
}

async function leave(
  context: ServerContext,
  pairs: readonly (readonly [string, string])[],
  browser: string,
): Promise<Judgement> {
  const endpoint = context.server.endpoint('end_session_endpoint') ?? ''
  const address = withQuery(endpoint, [...pairs, ['post_logout_redirect_uri', elsewhere]])
  const outcome = await context.server.visit(address, { browser })
  if (outcome.kind === 'stuck') return inconclusive(`the logout could not be followed: ${outcome.reason}`)
  if (outcome.kind === 'redirected' && outcome.location.startsWith(elsewhere))
    return finding('fail', {
      reason: 'the logout sent the browser to an address that nobody registered',
      complaint: 'accepted',
    })
  return pass(`an address that nobody registered is not where the logout leads: ${wordsOf(outcome)}`)
}

/** Opens the logout as a foreign link would, answers nothing, and looks whether the user is still logged in. */
async function tryUnasked(context: ServerContext, client: TestClient): Promise<Judgement> {
  const browser = 'logged in'
  const granted = await grantByCode(context, { client, conduct: { browser } })
  if (isJudgement(granted)) return granted
  const isIn = () => isLoggedIn(context, client, browser)
  if ((await isIn()) !== true)
    return inconclusive('nobody can tell whether a user is logged in: `prompt=none` does not say')
  const endpoint = context.server.endpoint('end_session_endpoint') ?? ''
  await context.server.visit(endpoint, { browser, isIdle: true })
  const isStillIn = await isIn()
  if (isStillIn === undefined) return inconclusive('nobody can tell whether the user is still logged in')
  return isStillIn
    ? pass('a logout that does not show who asks ends nothing before the user has agreed')
    : finding('warn', { reason: 'a link of anybody logs the user out without a question', complaint: 'no question' })
}

/** AS-OID-01 and AS-OID-02: OpenID Connect. */
export const identityCases: readonly TestCase[] = [idTokens, logouts]
