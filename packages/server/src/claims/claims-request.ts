// OpenID Connect Core §5.5
import { type Refusal, refuse } from '@ambit/protocol'

/** What is asked of one claim. @spec OpenID Connect Core §5.5.1 */
export type ClaimRequest = {
  readonly isEssential: boolean
  /** The acceptable values; empty: any. */
  readonly values: readonly unknown[]
}

/** The `claims` parameter. @spec OpenID Connect Core §5.5 */
export type ClaimsRequest = {
  readonly userinfo: ReadonlyMap<string, ClaimRequest>
  readonly idToken: ReadonlyMap<string, ClaimRequest>
}

/** What a request asks that sends no `claims`. */
export const noClaimsRequest: ClaimsRequest = { userinfo: new Map(), idToken: new Map() }

const maxLength = 4096
const maxClaims = 64

/**
 * Parses the `claims` parameter; members that are not understood are ignored, as the specification wants.
 * @spec OpenID Connect Core §5.5
 * @errors invalid_request: too long, not a JSON object, a member of the wrong shape, too many claims
 */
export function parseClaimsRequest(text: string | undefined): ClaimsRequest | Refusal<'invalid_request'> {
  if (text === undefined) return noClaimsRequest
  if (text.length > maxLength) return refuse('invalid_request', `claims is longer than ${maxLength} characters`)
  const value = parseJson(text)
  if (!isObject(value)) return refuse('invalid_request', 'claims must be a JSON object')
  const userinfo = parseMember(value['userinfo'])
  const idToken = parseMember(value['id_token'])
  if (userinfo === undefined || idToken === undefined)
    return refuse(
      'invalid_request',
      'the members userinfo and id_token of claims must be objects of null or an object per claim',
    )
  if (userinfo.size + idToken.size > maxClaims)
    return refuse('invalid_request', `claims asks for more than ${maxClaims} claims`)
  return { userinfo, idToken }
}

function parseMember(member: unknown): ReadonlyMap<string, ClaimRequest> | undefined {
  if (member === undefined || member === null) return new Map()
  if (!isObject(member)) return undefined
  const requests = new Map<string, ClaimRequest>()
  for (const [name, value] of Object.entries(member)) {
    if (value !== null && !isObject(value)) return undefined
    requests.set(name, value === null ? { isEssential: false, values: [] } : parseClaim(value))
  }
  return requests
}

function parseClaim(value: Readonly<Record<string, unknown>>): ClaimRequest {
  const { essential, value: single, values } = value
  const several: readonly unknown[] = Array.isArray(values) ? values : []
  return { isEssential: essential === true, values: single === undefined ? several : [single, ...several] }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
