// RFC 6749 §3.2, §5
import { type ErrorCodeAt, type HttpResponse, isRefusal, json, noStore, type Refusal, refuse } from '@ambit/protocol'
import type { Endpoint, ServerContext } from '../context.ts'
import { issue } from '../issue/issue.ts'
import { issueAssertion } from '../issue/issue-assertion.ts'
import { mountedGrants } from '../mounted.ts'
import { provePossession } from '../possession.ts'
import { answerClient, type ClientEndpoint, type ClientRequest } from './answer.ts'
import { allMethods, assertionAlgorithms } from './client-metadata.ts'

/** The token endpoint. @spec RFC 6749 §3.2 */
export const tokenEndpoint: Endpoint = {
  path: '/token',
  methods: ['POST'],
  isCrossOrigin: true,
  handle: (context, exchange) => answerClient(context, exchange, rules),
  metadata: context => ({
    token_endpoint: context.url('/token'),
    token_endpoint_auth_methods_supported: allMethods(context),
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms(context),
    grant_types_supported: [...new Set(mountedGrants(context).map(({ grantType }) => grantType))],
  }),
}

const rules: ClientEndpoint = { place: 'token', repeatable: ['resource', 'audience'], respond }

async function respond(
  context: ServerContext,
  { exchange, form, client }: ClientRequest,
): Promise<HttpResponse | Refusal<ErrorCodeAt<'token'>>> {
  const grantType = form.get('grant_type')
  if (grantType === undefined) return refuse('invalid_request', '`grant_type` is missing')
  const offered = mountedGrants(context).filter(each => each.grantType === grantType)
  const grant = offered.find(each => each.isFor?.(form) ?? true) ?? offered[0]
  if (!grant) return refuse('unsupported_grant_type', `the grant type \`${grantType}\` is not supported`)
  if (!client.grantTypes.includes(grantType))
    return refuse('unauthorized_client', `this client is not registered for the grant type \`${grantType}\``)
  const { requestId, request } = exchange
  const now = context.clock.now()
  const proved = await provePossession(context, exchange, { place: 'token', client })
  if (isRefusal(proved)) return proved
  const { confirmation, headers } = proved
  const asked = { client, form, exchange, requestId, remoteAddress: request.remoteAddress, now, confirmation }
  const decided = await grant.decide(context, asked)
  if (isRefusal(decided)) return decided
  const proof = { requestId, confirmation }
  const issued =
    decided.kind === 'assertion' ? issueAssertion(context, decided, proof) : await issue(context, decided, proof)
  return isRefusal(issued) ? issued : json(200, issued, { ...noStore, ...headers })
}
