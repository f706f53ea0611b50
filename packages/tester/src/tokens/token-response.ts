// RFC 6749 §5.1, §5.2
import type { Secret, SecretLedger } from '../secret/secret.ts'
import { type Exchange, fieldValue } from '../wire/exchange.ts'
import { type JsonObject, numberIn, parseJsonObject, textIn } from './json-object.ts'

/** What a token endpoint gave. */
export type IssuedTokens = {
  readonly kind: 'tokens'
  readonly accessToken: Secret
  /** As it came: `Bearer`, `bearer`, `DPoP`. */
  readonly tokenType: string
  /** Seconds. */
  readonly expiresIn?: number
  readonly scope?: readonly string[]
  readonly refreshToken?: Secret
  readonly idToken?: Secret
}

/** What a token endpoint did not give, and why. */
export type IssueRefusal = {
  readonly kind: 'refused'
  /** The error code, where one came. */
  readonly error?: string
  readonly reason: string
  /** The nonce that the next proof must carry. @spec RFC 9449 §8 */
  readonly dpopNonce?: string
  /** Whether the same request may succeed later: no answer, 429, 503. */
  readonly isTemporary: boolean
  /** Tokens that came and must not be used; they are revoked at the end all the same. */
  readonly withdrawn?: IssuedTokens
}

const bound = new WeakSet<Secret>()

/** Whether an access token came as one that takes a proof with each use. @spec RFC 9449 §5 */
export function isBoundToKey(token: Secret): boolean {
  return bound.has(token)
}

/** Characters; header fields of more are refused by every server. */
const longestToken = 65_536

/** Reads the answer of a token endpoint; every token in it is made a secret. @spec RFC 6749 §5.1, §5.2 */
export function readTokenResponse(exchange: Exchange, secrets: SecretLedger): IssuedTokens | IssueRefusal {
  if (exchange.kind === 'failed')
    return refusal(`the token endpoint gave no answer: ${exchange.failure}, ${exchange.detail}`, { isTemporary: true })
  const { status, body, headers, isCut } = exchange.response
  const document = parseJsonObject(body)
  if (status === 200) {
    if (isCut) return refusal('the token endpoint’s answer is too long')
    if (document === undefined) return refusal('the token endpoint answered 200 and no JSON object')
    return readTokens(document, secrets)
  }
  const stray = document === undefined ? undefined : withdrawnIn(document, secrets)
  const isTemporary = status === 429 || status === 503
  const nonce = fieldValue(headers, 'dpop-nonce')
  const named = document === undefined ? undefined : textIn(document, 'error')
  const more = document === undefined ? undefined : textIn(document, 'error_description')
  const words = named === undefined ? `${status}` : `${status} \`${named}\`${more === undefined ? '' : ` (${more})`}`
  return {
    ...refusal(`the token endpoint answered ${words}`, { isTemporary }),
    ...(named !== undefined && { error: named }),
    ...(nonce !== undefined && { dpopNonce: nonce }),
    ...stray,
  }
}

/** Reads tokens out of a JSON object or the parameters of a redirect. @spec RFC 6749 §5.1, §4.2.2 */
export function readTokens(document: JsonObject, secrets: SecretLedger): IssuedTokens | IssueRefusal {
  const accessToken = textIn(document, 'access_token')
  const tokenType = textIn(document, 'token_type')
  if (accessToken === undefined)
    return { ...refusal('the answer holds no `access_token`'), ...withdrawnIn(document, secrets) }
  if (accessToken.length > longestToken)
    return { ...refusal('the access token is longer than any request can carry'), ...withdrawnIn(document, secrets) }
  if (tokenType === undefined)
    return { ...refusal('the answer holds no `token_type`'), ...withdrawnIn(document, secrets) }
  const expiresIn = numberIn(document, 'expires_in') ?? Number.parseInt(textIn(document, 'expires_in') ?? '', 10)
  const refreshToken = textIn(document, 'refresh_token')
  const idToken = textIn(document, 'id_token')
  const token = secrets.secret('access token', accessToken)
  if (tokenType.toLowerCase() === 'dpop') bound.add(token)
  return {
    kind: 'tokens',
    accessToken: token,
    tokenType,
    // a token that is dead on arrival is none; it may live all the same, and is revoked
    ...(expiresIn > 0 && Number.isFinite(expiresIn) && { expiresIn }),
    ...('scope' in document && typeof document['scope'] === 'string' && { scope: scopeTokens(document['scope']) }),
    ...(refreshToken !== undefined && { refreshToken: secrets.secret('refresh token', refreshToken) }),
    ...(idToken !== undefined && { idToken: secrets.secret('ID token', idToken) }),
  }
}

/** Tokens in an answer that is no good: nobody uses them, and they must not outlive the run either. */
function withdrawnIn(document: JsonObject, secrets: SecretLedger): Pick<IssueRefusal, 'withdrawn'> {
  const accessToken = textIn(document, 'access_token')
  const refreshToken = textIn(document, 'refresh_token')
  const [first] = [accessToken, refreshToken].filter(text => text !== undefined)
  if (first === undefined) return {}
  const kept = refreshToken === undefined ? {} : { refreshToken: secrets.secret('refresh token', refreshToken) }
  return { withdrawn: { kind: 'tokens', accessToken: secrets.secret('access token', first), tokenType: '', ...kept } }
}

/** The tokens of a scope value, read loosely: what came came. */
export function scopeTokens(text: string): readonly string[] {
  return [...new Set(text.split(' ').filter(token => token !== ''))]
}

function refusal(reason: string, { isTemporary = false }: { readonly isTemporary?: boolean } = {}): IssueRefusal {
  return { kind: 'refused', reason, isTemporary }
}
