// OpenID Connect Core §5.3, RFC 6750 §2.1, §3
import {
  errorCodes,
  type HttpResponse,
  isRefusal,
  json,
  noStore,
  parseBody,
  parseForm,
  printChallenge,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import { claimsOfScope } from '../claims/standard-claims.ts'
import { subjectFor } from '../claims/subject.ts'
import { userClaims } from '../claims/user-claims.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { findAccessToken } from '../issue/find-access-token.ts'
import { stateOfAccessToken } from '../issue/standing.ts'
import { tellRefusal } from '../refused.ts'

/** The userinfo endpoint. @spec OpenID Connect Core §5.3 */
export const userinfoEndpoint: Endpoint = {
  path: '/userinfo',
  methods: ['GET', 'POST'],
  isCrossOrigin: true,
  async handle(context, exchange) {
    const answer = await answerUserinfo(context, exchange)
    return isRefusal(answer) ? answerRefusal(context, exchange, answer) : answer
  },
  metadata: context => ({
    userinfo_endpoint: context.url('/userinfo'),
    claim_types_supported: ['normal'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'acr',
      'amr',
      'nonce',
      'sid',
      ...declaredClaims(context),
    ],
  }),
}

function declaredClaims({ catalogue }: ServerContext): readonly string[] {
  return Object.entries(claimsOfScope).flatMap(([scope, names]) => (catalogue.names.includes(scope) ? names : []))
}

type UserinfoError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

const unusable = 'the access token is unknown, has expired or is revoked'

/**
 * The claims about the user of an access token.
 * @spec OpenID Connect Core §5.3.2, RFC 6750 §3.1
 * @errors invalid_token: unknown, expired, revoked, or of no user; insufficient_scope: without `openid`; see `readBearer`
 */
async function answerUserinfo(
  context: ServerContext,
  exchange: Exchange,
): Promise<HttpResponse | Refusal<UserinfoError>> {
  const token = readBearer(exchange)
  if (isRefusal(token)) return token
  const found = await findAccessToken(context, token)
  if (found === undefined) return refuse('invalid_token', unusable, 'the access token is unknown')
  const state = await stateOfAccessToken(context, found)
  if (state !== 'active') return refuse('invalid_token', unusable, `the access token is not good: ${state}`)
  const { record } = found
  const { scope } = context.catalogue.read(record.scope.split(' '))
  if (!scope.has('openid')) return refuse('insufficient_scope', 'the access token lacks the scope `openid`')
  const user = record.userId && (await context.store.findUser(record.userId))
  const client = await context.store.findClient(record.clientId)
  if (!user || !client) return refuse('invalid_token', unusable, 'the user or the client no longer exists')
  const claims = userClaims(user, { catalogue: context.catalogue, scope, requested: new Map(), isScopeEnough: true })
  return json(200, { ...claims, sub: await subjectFor(context, client, user.userId) }, noStore)
}

/**
 * The bearer token of a request, which stands in the Authorization header and nowhere else.
 * @spec RFC 6750 §2, RFC 9700 §4.3.2
 * @errors invalid_token: none; invalid_request: in the query or the body, more than one header, not a bearer token
 */
function readBearer({ request }: Exchange): string | Refusal<'invalid_request' | 'invalid_token'> {
  const header = request.headers['authorization']
  if (isTokenElsewhere(request))
    return refuse(
      'invalid_request',
      'the access token belongs in the Authorization header, not in the query or the body',
    )
  if (header === undefined) return refuse('invalid_token', noToken)
  if (typeof header !== 'string') return refuse('invalid_request', 'more than one Authorization header was sent')
  const token = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1]
  if (token === undefined) return refuse('invalid_request', 'the Authorization header must be `Bearer` and one token')
  return token
}

const noToken = 'an access token is needed'

function isTokenElsewhere(request: Exchange['request']): boolean {
  const query = parseForm(request.query)
  const form = request.method === 'POST' && request.body !== '' ? parseBody(request) : undefined
  return [query, form].some(each => each !== undefined && !isRefusal(each) && each.names.includes('access_token'))
}

/** A request without any token gets a challenge without an error code. @spec RFC 6750 §3, §3.1 */
async function answerRefusal(
  context: ServerContext,
  exchange: Exchange,
  refusal: Refusal<UserinfoError>,
): Promise<HttpResponse> {
  const { error, description } = refusal
  await tellRefusal(context, exchange, { place: 'resource', refusal })
  const isBare = description === noToken
  const challenge = printChallenge('Bearer', {
    realm: context.issuer,
    error: isBare ? undefined : error,
    error_description: isBare ? undefined : description,
    scope: error === 'insufficient_scope' || isBare ? 'openid' : undefined,
  })
  const body = isBare ? {} : { error, error_description: description }
  return json(errorCodes[error].status, body, { ...noStore, 'www-authenticate': challenge })
}
