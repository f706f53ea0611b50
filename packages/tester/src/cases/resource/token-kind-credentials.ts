// RFC 6749 §4.1; RFC 7523 §2.2, §3; RFC 9126 §2.2

import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import { signJws } from '../../node/forge-jws.ts'
import { forgeToken } from '../../node/forge-token.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { TestClient } from '../../target/target.ts'
import { callOf, inconclusive, isJudgement, notApplicable, withAuthorization } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** What clients show to the authorization server and never to an API. */
export const codeCase: TestCase = caseOnGuards(
  {
    id: 'RS-TYP-03',
    title: "a code, a pushed request or a client's own assertion in place of a token",
    why: 'These travel through browsers or show only who a client is; nobody has granted anything by them.',
    remedy:
      'Take only what is an access token: with `typ` `at+jwt`, or called active by the authorization server for this API.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 8725 §3.12', 'RFC 7523 §3', 'RFC 9126 §2.2'],
    tags: ['token-kind'],
  },
  [
    credential('authorization code', authorizationCode),
    credential('pushed request', pushedRequest),
    credential('client assertion', clientAssertion),
    { level: 'L1', ...credential('assertion by the test issuer', issuerAssertion) },
  ],
)

type Make = (context: ProbeContext, operation: ApiOperation) => Promise<Secret | Judgement>

function credential(variant: string, make: Make): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const call = callOf(context, operation)
      if (isJudgement(call)) return call
      const text = await make(context, operation)
      if (isJudgement(text)) return text
      const exchange = await context.send(withAuthorization(call, `Bearer ${text.reveal()}`))
      // a request URI holds characters that no token may hold
      return judgeRefusal(exchange, { statuses: [401, 400], sent: `a good ${variant} in place of a token` })
    },
  }
}

const noServer = notApplicable('no authorization server is configured that could give one')

async function authorizationCode(
  { server, leastScope }: ProbeContext,
  operation: ApiOperation,
): Promise<Secret | Judgement> {
  if (server === undefined) return noServer
  const client = server.client(({ grantTypes }) => grantTypes.includes('authorization_code'))
  if (client === undefined) return notApplicable('no client is configured that users log in to')
  const outcome = await server.obtainCode({ client, scope: leastScope(operation) })
  return outcome.kind === 'code' ? outcome.code : inconclusive(`no authorization code could be had: ${outcome.reason}`)
}

const pushedEndpoint = 'pushed_authorization_request_endpoint'

async function pushedRequest(context: ProbeContext, operation: ApiOperation): Promise<Secret | Judgement> {
  const { server } = context
  const endpoint = server?.endpoint(pushedEndpoint)
  if (server === undefined || endpoint === undefined)
    return notApplicable('the authorization server takes no pushed requests')
  const client = server.client(({ redirectUris }) => redirectUris.length > 0)
  if (client === undefined) return notApplicable('no client is configured that users log in to')
  const exchange = await context.send(
    server.formRequest(endpoint, pushedParameters(context, operation, client), client),
  )
  const uri = exchange.kind === 'answered' ? requestUriOf(exchange.response.body) : undefined
  if (uri === undefined) return inconclusive('the authorization server took no pushed request', exchange)
  return context.secrets.secret('request URI', uri)
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function pushedParameters(
  context: ProbeContext,
  operation: ApiOperation,
  { clientId, redirectUris }: TestClient,
): readonly (readonly [string, string])[] {
  // as long as a hash; nobody will redeem what comes of it
  const challenge = context.randomBytes(43).reduce((text, byte) => text + alphabet.charAt(byte % alphabet.length), '')
  return [
    ['response_type', 'code'],
    ['client_id', clientId],
    ['redirect_uri', redirectUris[0] ?? ''],
    ['scope', context.leastScope(operation).join(' ')],
    ['code_challenge', challenge],
    ['code_challenge_method', 'S256'],
  ]
}

function requestUriOf(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body)
    const isFit = typeof answer === 'object' && answer !== null && 'request_uri' in answer
    return isFit && typeof answer.request_uri === 'string' ? answer.request_uri : undefined
  } catch {
    return undefined
  }
}

/** What a client with a key shows to the authorization server. @spec RFC 7523 §2.2 */
async function clientAssertion({ server, target, secrets, now }: ProbeContext): Promise<Secret | Judgement> {
  if (server === undefined || target.server === undefined) return noServer
  const client = server.client(
    ({ credential: { method } }) => method === 'private_key_jwt' || method === 'client_secret_jwt',
  )
  if (client === undefined) return notApplicable('no client is configured that shows who it is by an assertion')
  const { credential: held, clientId } = client
  const seconds = Math.floor(now() / 1000)
  const times = { iat: seconds, exp: seconds + 60, jti: crypto.randomUUID() }
  const payload = { iss: clientId, sub: clientId, aud: target.server.issuer, ...times }
  if (held.method === 'private_key_jwt') {
    const { kid, alg = 'ES256' } = { kid: undefined, ...held.key.publicJwk }
    return secrets.secret('client assertion', signJws({ header: { alg, kid }, payload, key: held.key }))
  }
  if (held.method !== 'client_secret_jwt') return noServer
  const text = signJws({ header: { alg: 'HS256' }, payload, key: { secret: held.secret.reveal() } })
  return secrets.secret('client assertion', text)
}

/** An assertion that is signed by a key that the API trusts, and is no access token all the same. */
async function issuerAssertion(context: ProbeContext, operation: ApiOperation): Promise<Secret | Judgement> {
  const { testIssuer } = context
  if (testIssuer === undefined) return notApplicable('no test issuer is configured')
  const client = testIssuer.subjects?.clients?.[0] ?? 'client'
  const claims = {
    iss: client,
    sub: client,
    aud: testIssuer.issuer,
    client_id: undefined,
    scope: undefined,
    auth_time: undefined,
  }
  return forgeToken(context, operation, { header: { typ: 'JWT' }, claims })
}
