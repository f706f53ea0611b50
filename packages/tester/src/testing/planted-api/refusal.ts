// RFC 6750 §3, RFC 9728 §5.1, RFC 9457 §3
import type { HeaderField, ReceivedResponse } from '../../wire/exchange.ts'
import type { Has } from './defects.ts'
import { type ApiName, needsOf, type PlantedOperation } from './operations.ts'

/** What a refusal says. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 500 | 503
  readonly error?: string
  readonly detail: string
  /** The token that was refused, which only a defect shows. */
  readonly token?: string
  /** The operation whose challenge is wanted. */
  readonly operation?: PlantedOperation
  readonly login?: PlantedOperation['login']
  readonly headers?: readonly HeaderField[]
}

const realms: Readonly<Record<ApiName, string>> = { petstore: 'pet store', inventory: 'inventory' }
const titles: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Words a refusal. */
export function refuse(origin: string, has: Has, refusal: Refusal): ReceivedResponse {
  const { status, error, detail, token, headers = [] } = refusal
  const withToken = token === undefined ? detail : `${detail}: ${token}`
  const body = {
    title: titles[status],
    status,
    detail: has('token-reflected') ? withToken : detail,
    ...(error !== undefined && { error }),
    ...(has('stack-trace') && { stack: 'Error: refused\n    at guard (/srv/api/src/guard.js:41:11)' }),
  }
  const fields: readonly HeaderField[] = [
    ['content-type', 'application/problem+json'],
    ['cache-control', 'no-store'],
    ...(has('no-challenge')
      ? []
      : challenges({ origin, has, refusal, shown: has('token-in-challenge') ? withToken : detail })),
    ...headers,
  ]
  return { status, headers: fields, body: JSON.stringify(body), isCut: false }
}

type Challenging = { readonly origin: string; readonly has: Has; readonly refusal: Refusal; readonly shown: string }

function challenges({ origin, has, refusal, shown }: Challenging): readonly HeaderField[] {
  const { operation, error } = refusal
  if (operation === undefined) return []
  const { api } = operation
  const needs = needsOf(operation, has)
  const isScopeTold = error !== 'invalid_request' && !(error === 'insufficient_scope' && has('challenge-without-scope'))
  const parameters = {
    realm: realms[api],
    error,
    error_description: error === undefined ? undefined : shown,
    scope: isScopeTold && needs.length > 0 ? needs.join(' ') : undefined,
    acr_values: refusal.login?.acr,
    max_age: refusal.login?.maxAge,
    resource_metadata: has('metadata-not-named') ? undefined : metadataUrl(origin, api),
  }
  const separator = has('bad-challenge') ? ' ' : ', '
  const used = error === 'invalid_dpop_proof' || error === 'use_dpop_nonce' ? 'DPoP' : 'Bearer'
  const offered = used === 'Bearer' && api === 'petstore' && (error === undefined || error === 'invalid_token')
  const first: HeaderField = ['www-authenticate', printChallenge(used, parameters, separator)]
  const { error: _, error_description: __, ...plain } = parameters
  return offered ? [first, ['www-authenticate', printChallenge('DPoP', plain, separator)]] : [first]
}

type Parameters = Readonly<Record<string, string | number | undefined>>

function printChallenge(scheme: string, parameters: Parameters, separator: string): string {
  const known = { ...parameters, ...(scheme === 'DPoP' && { algs: 'ES256' }) }
  const printed = Object.entries(known)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${String(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`)
  return `${scheme} ${printed.join(separator)}`
}

/** Where the metadata of one of the APIs stand. @spec RFC 9728 §3.1 */
export function metadataUrl(origin: string, api: ApiName): string {
  return `${origin}/.well-known/oauth-protected-resource/${api}`
}
