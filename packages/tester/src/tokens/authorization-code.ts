// RFC 6749 §4.1, RFC 7636 §4, RFC 9207 §2.4, RFC 9126 §2

import { readPage } from '../browse/read-page.ts'
import type { AuthorizationOutcome, UserConduct } from '../run/probe-context.ts'
import type { Secret } from '../secret/secret.ts'
import type { TestClient } from '../target/target.ts'
import { clientRequest } from './client-authentication.ts'
import { type Pair, withQuery } from './endpoint-request.ts'
import { type FrontChannel, isAnswerAt } from './front-channel.ts'
import { parseJsonObject, textIn } from './json-object.ts'
import { makePkce } from './pkce.ts'
import { pushedForm } from './pushed-form.ts'
import { endpointOf, randomText, type ServerAccess } from './server-access.ts'
import { sealRequest } from './signed-request.ts'
import { openResponse } from './signed-response.ts'
import { scopeTokens } from './token-response.ts'

/** What an authorization request asks for. */
export type CodeWish = {
  readonly client: TestClient
  readonly scope: readonly string[]
  /** Each stands instead of the usual parameter of that name, or beside the usual ones. */
  readonly parameters?: readonly Pair[]
  readonly conduct?: UserConduct
}

/** A code with everything that redeeming it takes, or why there is none. */
export type CodeOutcome =
  | {
      readonly kind: 'code'
      readonly code: Secret
      readonly verifier: Secret
      readonly redirectUri: string
      readonly state: string
      /** What the ID token must repeat. */
      readonly nonce: string
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly error?: string }

/** Sends a user's browser through authorization code with PKCE, up to the code. @spec RFC 6749 §4.1.1, RFC 7636 §4.3 */
export async function obtainCode(wish: CodeWish, access: ServerAccess, front: FrontChannel): Promise<CodeOutcome> {
  const { client, scope, parameters = [], conduct = {} } = wish
  const redirectUri = parameters.find(([name]) => name === 'redirect_uri')?.[1] ?? client.redirectUris[0]
  if (redirectUri === undefined) return failed(`the client \`${client.name}\` has no redirect URI`)
  const pkce = await makePkce(access.secrets)
  const sent = { state: randomText(), nonce: randomText() }
  const asked = scopeTokens(parameters.find(([name]) => name === 'scope')?.[1] ?? scope.join(' '))
  const isOpenId = asked.includes('openid')
  const usual: readonly Pair[] = [
    ['response_type', 'code'],
    ['client_id', client.clientId],
    ['redirect_uri', redirectUri],
    ...(scope.length > 0 ? [['scope', scope.join(' ')] satisfies Pair] : []),
    ['state', sent.state],
    // without `openid` some servers refuse it
    ...(isOpenId ? [['nonce', sent.nonce] satisfies Pair] : []),
    ['code_challenge', pkce.challenge],
    ['code_challenge_method', 'S256'],
  ]
  const replaced = new Set(parameters.map(([name]) => name))
  const pairs = [...usual.filter(([name]) => !replaced.has(name)), ...parameters]
  const state = pairs.find(([name]) => name === 'state')?.[1] ?? ''
  const nonce = pairs.find(([name]) => name === 'nonce')?.[1] ?? ''
  const url = await addressOf(pairs, client, access)
  if ('kind' in url) return url
  const visited = await front.visit(url.href, { ...conduct, scope: asked, redirectUris: [redirectUri] })
  const outcome = await openResponse(visited, client.clientId, access)
  const answer = readCode(outcome, { state, redirectUri }, access)
  if (answer.kind === 'failed') return answer
  return { ...answer, verifier: pkce.verifier, redirectUri, state, nonce }
}

/** Where the browser is sent: with all parameters, signed where that is wanted, or with a reference to what was pushed before. @spec RFC 9126 §4, §5 */
export async function addressOf(
  pairs: readonly Pair[],
  client: TestClient,
  access: ServerAccess,
): Promise<{ readonly href: string } | (CodeOutcome & { readonly kind: 'failed' })> {
  const endpoint = endpointOf(access.server, 'authorization_endpoint')
  if (endpoint === undefined) return failed('the server has no `authorization_endpoint`')
  const sealed = sealRequest(pairs, client, access)
  if (sealed.kind === 'unsealable') return failed(sealed.reason)
  if (access.server.metadata['require_pushed_authorization_requests'] !== true)
    return { href: withQuery(endpoint, sealed.pairs) }
  const exchange = await access.send(
    pushedForm(sealed.pairs, client, form =>
      clientRequest('pushed_authorization_request_endpoint', form, client, access),
    ),
  )
  const answer = exchange.kind === 'answered' ? parseJsonObject(exchange.response.body) : undefined
  const reference = answer === undefined ? undefined : textIn(answer, 'request_uri')
  if (reference === undefined)
    return failed(
      `the pushed request was not taken${answer === undefined ? '' : `: ${wordsOf(new Map(Object.entries(answer)))}`}`,
    )
  return {
    href: withQuery(endpoint, [
      ['client_id', client.clientId],
      ['request_uri', reference],
    ]),
  }
}

type Sent = { readonly state: string; readonly redirectUri: string }
type Failed = CodeOutcome & { readonly kind: 'failed' }

/** Takes the code out of the answer, once it is sure that it answers this request and comes from this server. */
function readCode(
  outcome: AuthorizationOutcome,
  sent: Sent,
  { server, secrets }: ServerAccess,
): { readonly kind: 'code'; readonly code: Secret } | Failed {
  if (outcome.kind === 'stuck') return failed(outcome.reason)
  if (outcome.kind === 'page') return failed(`the server showed a page ${pageWords(outcome)} instead of redirecting`)
  const { parameters, location, problem: distrust } = outcome
  if (distrust !== undefined) return failed(distrust)
  if (!isAnswerAt(location, sent.redirectUri)) return failed(`the server redirected to \`${placeOf(location)}\``)
  const problem = problemOfState(parameters, sent) ?? problemOfIssuer(parameters, server)
  if (problem !== undefined) return failed(problem)
  const error = parameters.get('error')
  if (error !== undefined) return { ...failed(`the server refused the authorization: ${wordsOf(parameters)}`), error }
  const code = parameters.get('code')
  return code === undefined
    ? failed('the server redirected without a code and without an error')
    : { kind: 'code', code: secrets.secret('authorization code', code) }
}

const longestPage = 400

/** A page in a few words. It is quoted whole or by its title: half a secret would not be known for one. */
function pageWords({ status, body }: AuthorizationOutcome & { readonly kind: 'page' }): string {
  const { title, text } = readPage(body, 'about:blank')
  const shown = text.replaceAll(/\s+/g, ' ').trim()
  const words = shown.length <= longestPage ? shown : title
  return words === '' ? `(${status})` : `(${status}: “${words}”)`
}

/** @spec RFC 6749 §4.1.2 */
export function problemOfState(parameters: ReadonlyMap<string, string>, { state }: Sent): string | undefined {
  return parameters.get('state') === state ? undefined : 'the answer’s `state` is not the one that was sent'
}

/** An issuer that is named must be the right one, and must be named where the metadata promises it. @spec RFC 9207 §2.4 */
export function problemOfIssuer(
  parameters: ReadonlyMap<string, string>,
  { issuer, metadata }: ServerAccess['server'],
): string | undefined {
  const named = parameters.get('iss')
  if (named === undefined)
    return metadata['authorization_response_iss_parameter_supported'] === true
      ? 'the answer lacks `iss`, which the metadata promises'
      : undefined
  return named === issuer ? undefined : `the answer’s \`iss\` is not \`${issuer}\``
}

function wordsOf(parameters: ReadonlyMap<string, unknown>): string {
  const error = parameters.get('error')
  const description = parameters.get('error_description')
  const more = typeof description === 'string' ? ` (${description})` : ''
  return typeof error === 'string' ? `\`${error}\`${more}` : `no error code${more}`
}

// without the query, which may hold secrets
function placeOf(location: string): string {
  return location.replace(/[?#].*$/s, '')
}

function failed(reason: string): Failed {
  return { kind: 'failed', reason }
}
