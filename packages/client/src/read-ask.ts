// RFC 6750 §3, RFC 9470 §3, RFC 9728 §5.1
import { type Challenge, parseChallenges } from '@ambit/protocol'
import { parseScope } from '@ambit/scope'
import type { HeldToken } from './held-token.ts'
import type { TokenAsk } from './token-ask.ts'

/** An answer, the token that it was given for, and where metadata may stand. */
export type Challenged = {
  readonly response: Pick<Response, 'status' | 'headers'>
  readonly held: HeldToken | undefined
  readonly metadataOrigins: readonly string[]
}

/**
 * Reads what an API's answer asks for; `undefined` where it asks for nothing that another token could give.
 * @spec RFC 6750 §3.1, RFC 9470 §3
 */
export function readAsk({ response, held, metadataOrigins }: Challenged): TokenAsk | undefined {
  if (response.status !== 401 && response.status !== 403) return undefined
  const challenges = parseChallenges(response.headers.get('www-authenticate') ?? '')
  const parameters = challenges?.find(({ scheme }) => scheme === 'bearer')?.parameters
  const named = parameters && readScope(parameters.get('scope'))
  if (parameters === undefined || named === undefined) return undefined
  const about = { scope: union(readScope(held?.scope) ?? [], named), ...metadataOf(parameters, metadataOrigins) }
  if (response.status === 403)
    return isAbout(parameters, 'insufficient_scope') && named.length > 0 ? { kind: 'more_scope', ...about } : undefined
  if (held === undefined) return { kind: 'token', ...about }
  if (isAbout(parameters, 'insufficient_user_authentication')) return readAuthentication(parameters, about)
  // a token that was sent and not accepted, also where the API does not say why
  const isNoGood = isAbout(parameters, 'invalid_token') || !parameters.has('error')
  return isNoGood ? { kind: 'fresh_token', ...about } : undefined
}

type Parameters = Challenge['parameters']
type About = Pick<TokenAsk, 'scope' | 'resourceMetadata'>

function isAbout(parameters: Parameters, error: string): boolean {
  return parameters.get('error') === error
}

function readAuthentication(parameters: Parameters, about: About): TokenAsk | undefined {
  const acrValues = (parameters.get('acr_values') ?? '').split(' ').filter(value => value !== '')
  const maxAge = parameters.get('max_age')
  if (maxAge === undefined) return { kind: 'stronger_authentication', ...about, acrValues }
  if (!/^\d{1,10}$/.test(maxAge)) return undefined
  return { kind: 'stronger_authentication', ...about, acrValues, maxAge: Number(maxAge) }
}

function readScope(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text === '') return []
  const parsed = parseScope(text)
  return parsed.ok ? parsed.value : undefined
}

function union(held: readonly string[], named: readonly string[]): readonly string[] {
  return [...new Set([...held, ...named])].toSorted()
}

function metadataOf(parameters: Parameters, origins: readonly string[]): Pick<TokenAsk, 'resourceMetadata'> {
  const url = URL.parse(parameters.get('resource_metadata') ?? '')
  return url && origins.includes(url.origin) ? { resourceMetadata: url.href } : {}
}
