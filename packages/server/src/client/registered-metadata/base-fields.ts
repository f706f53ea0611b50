// RFC 7591 §2; OpenID Connect Dynamic Client Registration §2; OpenID Connect RP-Initiated Logout §3.1
import { signingAlgorithms } from '@ambit/protocol'
import type { ClientAuthenticationMethod, ClientKey } from '../../ports/records.ts'
import { type ClientMetadataField, textField, textsField, wordField } from '../metadata-field.ts'
import { isShowable } from './shown-text.ts'

const longestUri = 2048
const longestText = 256
const mostUris = 50
const mostKeys = 20

const isShort = (text: string) => text !== '' && text.length <= longestText && text.isWellFormed()

const methods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'attest_jwt_client_auth',
] as const satisfies readonly ClientAuthenticationMethod[]

/** The members of client metadata that the server itself reads, each by what becomes of it. */
export const baseFields = {
  redirectUris: urisField('redirect_uris'),
  authenticationMethod: wordField('token_endpoint_auth_method', methods),
  grantTypes: textsField('grant_types', 'a list of grant types', isShort),
  responseTypes: textsField('response_types', 'a list of response types', isShort),
  name: textField('client_name', 'a text of at most 100 characters, on one line and in one direction,', isShowable),
  uri: webField('client_uri'),
  scope: textField('scope', 'scope-tokens with one space between', isScope),
  jwksUri: textField('jwks_uri', 'an https URL', isHttps),
  jwks: {
    name: 'jwks',
    wanted: `an object with \`keys\`, a list of 1 to ${mostKeys} public keys, none of them private or symmetric,`,
    parse: parseJwks,
  } satisfies ClientMetadataField<{ readonly keys: readonly ClientKey[] }>,
  applicationType: wordField('application_type', ['web', 'native']),
  subjectType: wordField('subject_type', ['public', 'pairwise']),
  sectorIdentifierUri: textField('sector_identifier_uri', 'an https URL', isHttps),
  idTokenAlgorithm: wordField('id_token_signed_response_alg', signingAlgorithms),
  postLogoutRedirectUris: urisField('post_logout_redirect_uris'),
} as const

/** Members that are kept as they were sent: nothing here depends on them, but whoever looks at the client reads them. */
export const keptFields = [
  textsField('contacts', 'a list of texts of at most 256 characters', isShort),
  webField('tos_uri'),
  webField('policy_uri'),
  textField('software_id', 'a text of at most 256 characters', isShort),
  textField('software_version', 'a text of at most 256 characters', isShort),
  baseFields.sectorIdentifierUri,
] as const

/** Members that are shown as links, and so could pretend that somebody else stands behind the client. @spec RFC 7591 §5 */
export const linkNames: ReadonlySet<string> = new Set(['client_uri', 'tos_uri', 'policy_uri'])

function urisField(name: string): ClientMetadataField<readonly string[]> {
  const field = textsField(name, `a list of at most ${mostUris} absolute URIs`, isUri)
  const parse = (value: unknown) => {
    const uris = field.parse(value)
    return uris !== undefined && uris.length <= mostUris ? [...new Set(uris)] : undefined
  }
  return { ...field, parse }
}

function webField(name: string): ClientMetadataField<string> {
  return textField(name, 'an http or https URL', text => isUri(text) && /^https?:/i.test(text))
}

function isUri(text: string): boolean {
  return text.length <= longestUri && /^[\x21-\x7e]+$/.test(text) && URL.canParse(text)
}

function isHttps(text: string): boolean {
  return isUri(text) && text.startsWith('https://') && !text.includes('#')
}

/** @spec RFC 6749 §3.3 */
function isScope(text: string): boolean {
  return text === '' || /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text)
}

function parseJwks(value: unknown): { readonly keys: readonly ClientKey[] } | undefined {
  const keys: unknown = isObject(value) ? value['keys'] : undefined
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) return undefined
  return keys.every(isPublicKey) ? { keys } : undefined
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** @spec RFC 7517 §4.1, RFC 7518 §6 */
function isPublicKey(value: unknown): value is ClientKey {
  if (!isObject(value) || privateMembers.some(name => name in value)) return false
  const { kid } = value
  return ['EC', 'RSA', 'OKP'].some(kty => kty === value['kty']) && (kid === undefined || typeof kid === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
