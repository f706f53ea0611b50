// RFC 6749 §3.1, §4.1.1
import {
  type HttpResponse,
  isRefusal,
  type MetadataPart,
  type Parameters,
  parseForm,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import { supportedAcrs } from '../authorize/acr.ts'
import { answerAuthorization } from '../authorize/answer.ts'
import { codeChallengeMethod } from '../authorize/code-challenge.ts'
import { refuseOutage } from '../authorize/outage.ts'
import { printParameters, readParameters } from '../authorize/parameters.ts'
import { promptValues } from '../authorize/prompt.ts'
import { refuseOnPage, refuseToClient } from '../authorize/refuse.ts'
import { findRequestClient, type RequestClient } from '../authorize/request-client.ts'
import { findBrokenRule, resolveRequest } from '../authorize/resolve-request.ts'
import { responseTypes } from '../authorize/response-type.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import type { ResolvedRequest } from '../feature.ts'
import { findInteraction } from '../interaction/interaction.ts'
import { seeOther } from '../page-response.ts'
import { readCookie } from '../session/cookies.ts'

/** The authorization endpoint. @spec RFC 6749 §3.1, OpenID Connect Core §3.1.2.1 */
export const authorizationEndpoint: Endpoint = {
  path: '/authorize',
  methods: ['GET', 'POST'],
  isPage: true,
  handle: authorize,
  metadata: metadataOf,
}

/** Where the pages lead to when the user has done what was asked. */
export const continueEndpoint: Endpoint = {
  path: '/continue',
  methods: ['GET'],
  isPage: true,
  handle: continueInteraction,
}

async function authorize(context: ServerContext, exchange: Exchange): Promise<HttpResponse> {
  const parameters = readParameters(exchange.request)
  if (isRefusal(parameters)) return refuseOnPage(context, exchange, { refusal: parameters })
  if (isForeignPost(context, exchange, parameters))
    return seeOther(`${context.basePath}/authorize?${printParameters(parameters)}`)
  const resolved = await resolveRequest(context, exchange, parameters)
  const about = { clientId: parameters.get('client_id'), requested: parameters.get('scope') }
  if (isRefusal(resolved)) return refuseOnPage(context, exchange, { refusal: resolved, ...about })
  const from = await findRequestClient(context, resolved.parameters)
  if (isRefusal(from)) return refuseOnPage(context, exchange, { refusal: from, ...about })
  return answerResolved(context, exchange, { ...resolved, from })
}

async function answerResolved(
  context: ServerContext,
  exchange: Exchange,
  request: ResolvedRequest & { readonly from: RequestClient },
): Promise<HttpResponse> {
  const { from, parameters } = request
  const { client, channel } = from
  const answering = answerUnbroken(context, exchange, request)
  const isSilent = parameters.get('prompt') === 'none'
  const refusal = await (isSilent ? answering.catch(refuseOutage) : answering)
  if (!isRefusal(refusal)) return refusal
  const about = { clientId: client.clientId, requested: parameters.get('scope') }
  return refuseToClient(context, exchange, { channel, hasActed: false, refusal, ...about })
}

async function answerUnbroken(
  context: ServerContext,
  exchange: Exchange,
  request: ResolvedRequest & { readonly from: RequestClient },
): Promise<HttpResponse | Refusal> {
  const { from, parameters } = request
  const refusal = await findBrokenRule(context, { ...request, client: from.client })
  return refusal ?? answerAuthorization(context, exchange, { from, parameters })
}

const longestUrl = 4096

/** A form that another site sends carries no cookies of ours (`SameSite=Lax`); following a redirect, the browser sends them. */
function isForeignPost(context: ServerContext, { request }: Exchange, parameters: Parameters): boolean {
  const isWithoutCookie = readCookie(context, request, 'session') === undefined
  return request.method === 'POST' && isWithoutCookie && printParameters(parameters).length <= longestUrl
}

async function continueInteraction(context: ServerContext, exchange: Exchange): Promise<HttpResponse> {
  const query = parseForm(exchange.request.query)
  if (isRefusal(query)) return refuseOnPage(context, exchange, { refusal: query })
  const id = query.get('interaction')
  if (id === undefined)
    return refuseOnPage(context, exchange, { refusal: refuse('invalid_request', '`interaction` is missing') })
  const interaction = await findInteraction(context, exchange, id)
  if (isRefusal(interaction)) return refuseOnPage(context, exchange, { refusal: interaction })
  const { from, parameters, record } = interaction
  return answerAuthorization(context, exchange, { from, parameters, interaction: record, id })
}

/** @spec RFC 8414 §2, OpenID Connect Discovery §3, RFC 9207 §3 */
function metadataOf(context: ServerContext): MetadataPart {
  const isImplicit = context.dangerouslyAllowImplicit === true
  const types = Object.entries(responseTypes).filter(([, { grantType }]) => isImplicit || grantType !== 'implicit')
  return {
    authorization_endpoint: context.url('/authorize'),
    response_types_supported: types.map(([name]) => name),
    response_modes_supported: plainModes(context),
    grant_types_supported: isImplicit ? ['implicit'] : [],
    code_challenge_methods_supported: [codeChallengeMethod],
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: promptValues,
    acr_values_supported: supportedAcrs(context),
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: context.signer.algorithms,
    ui_locales_supported: context.pages.languages,
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  }
}

/** The response modes that put nothing into one; none where a feature takes no others than its own. */
function plainModes({ mounted, dangerouslyAllowImplicit }: ServerContext): readonly string[] {
  if ([...mounted.responseModes.values()].some(({ isOnly }) => isOnly)) return []
  return dangerouslyAllowImplicit === true ? ['query', 'form_post', 'fragment'] : ['query', 'form_post']
}
