// OpenID Connect Core §5.3
import { type HttpResponse, isRefusal, json, noStore, type Refusal, refuse } from '@ambit/protocol'
import { claimsOfScope } from '../claims/standard-claims.ts'
import { subjectFor } from '../claims/subject.ts'
import { userClaims } from '../claims/user-claims.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { heldScope } from '../scope/held-scope.ts'
import { admitAccessToken, answerTokenRefusal, unusableToken } from './access-token.ts'

/** The userinfo endpoint. @spec OpenID Connect Core §5.3 */
export const userinfoEndpoint: Endpoint = {
  path: '/userinfo',
  methods: ['GET', 'POST'],
  isCrossOrigin: true,
  async handle(context, exchange) {
    const answer = await answerUserinfo(context, exchange)
    return isRefusal(answer)
      ? answerTokenRefusal(context, exchange, { place: 'resource', refusal: answer, scope: 'openid' })
      : answer
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

/**
 * The claims about the user of an access token.
 * @spec OpenID Connect Core §5.3.2, RFC 6750 §3.1
 * @errors invalid_token: of no user; insufficient_scope: without `openid`; see `admitAccessToken`
 */
async function answerUserinfo(context: ServerContext, exchange: Exchange): Promise<HttpResponse | Refusal> {
  const admitted = await admitAccessToken(context, exchange)
  if (isRefusal(admitted)) return admitted
  const { record, headers } = admitted
  const scope = heldScope(context.catalogue, record.scope)
  if (!scope.has('openid')) return refuse('insufficient_scope', 'the access token lacks the scope `openid`')
  const user = record.userId && (await context.store.findUser(record.userId))
  const client = await context.store.findClient(record.clientId)
  if (!user || !client) return refuse('invalid_token', unusableToken, 'the user or the client no longer exists')
  const claims = userClaims(user, { catalogue: context.catalogue, scope, requested: new Map(), isScopeEnough: true })
  return json(200, { ...claims, sub: await subjectFor(context, client, user.userId) }, { ...noStore, ...headers })
}
