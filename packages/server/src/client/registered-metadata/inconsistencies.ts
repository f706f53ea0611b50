// RFC 7591 §2, §2.1; OpenID Connect Core §8.1
import { responseTypes } from '../../authorize/response-type.ts'
import type { ClientAuthenticationMethod } from '../../ports/records.ts'
import type { MetadataProblem } from '../metadata-field.ts'
import type { ClientDraft } from './client-draft.ts'

/** Finds what a client as a whole is not and must be, by the names of the registered metadata. */
export type ClientRule = (client: ClientDraft) => readonly MetadataProblem[]

/** What each method is proved by. @spec RFC 7591 §2, RFC 8705 §2 */
const proofs = {
  none: 'nothing',
  client_secret_basic: 'secret',
  client_secret_post: 'secret',
  client_secret_jwt: 'secret',
  private_key_jwt: 'keys',
  tls_client_auth: 'certificate',
  self_signed_tls_client_auth: 'keys',
  attest_jwt_client_auth: 'attestation',
} as const satisfies Readonly<Record<ClientAuthenticationMethod, string>>

/** Whether clients of a method have a secret. */
export function hasSecret(method: ClientAuthenticationMethod): boolean {
  return proofs[method] === 'secret'
}

/** Finds what of a client does not go together, by the names of the registered metadata. @spec RFC 7591 §2, §2.1 */
export function findInconsistencies(client: ClientDraft): readonly MetadataProblem[] {
  return [
    ...findKeyProblems(client),
    ...findGrantTypeProblems(client),
    ...findResponseTypeProblems(client),
    ...findSectorProblems(client),
  ]
}

function findKeyProblems({ authenticationMethod, jwks, jwksUri }: ClientDraft): readonly MetadataProblem[] {
  // RFC 7591 §2: the two must not both be present
  if (jwks && jwksUri !== undefined) return [{ name: 'jwks_uri', message: 'one of it and `jwks` is wanted, not both' }]
  const lacksKeys = proofs[authenticationMethod] === 'keys' && !jwks && jwksUri === undefined
  return lacksKeys ? [{ name: 'jwks', message: `\`${authenticationMethod}\` wants it, or \`jwks_uri\`` }] : []
}

function findGrantTypeProblems(client: ClientDraft): readonly MetadataProblem[] {
  const { grantTypes, authenticationMethod, redirectUris } = client
  const has = (grantType: string) => grantTypes.includes(grantType)
  const problems: MetadataProblem[] = []
  // RFC 6749 §4.4: only confidential clients
  if (has('client_credentials') && authenticationMethod === 'none')
    problems.push({ name: 'grant_types', message: '`client_credentials` wants a client that authenticates' })
  if ((has('authorization_code') || has('implicit')) && redirectUris.length === 0)
    problems.push({ name: 'redirect_uris', message: 'at least one is wanted by the grant types of the client' })
  return problems
}

/** Each response type wants its grant type, and the authorization code grant has no other than `code`. @spec RFC 7591 §2.1 */
function findResponseTypeProblems(client: ClientDraft): readonly MetadataProblem[] {
  const known = Object.entries(responseTypes)
  const grantTypeOf = (type: string) => known.find(([name]) => name === type)?.[1].grantType
  const unfit = client.responseTypes.filter(type => !client.grantTypes.includes(grantTypeOf(type) ?? ''))
  const lacksCode = client.grantTypes.includes('authorization_code') && !client.responseTypes.includes('code')
  return [
    ...unfit.map(type => ({
      name: 'response_types',
      message: `\`${type}\` wants the grant type \`${grantTypeOf(type) ?? 'that it belongs to'}\``,
    })),
    ...(lacksCode ? [{ name: 'response_types', message: '`authorization_code` wants `code`' }] : []),
  ]
}

/** Grant types whose tokens of users come by an answer to a redirect URI, so that nobody has those of another's host. */
const redirectedGrantTypes: ReadonlySet<string> = new Set([
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
])

/** @spec OpenID Connect Core §8.1 */
function findSectorProblems(client: ClientDraft): readonly MetadataProblem[] {
  const hosts = new Set(client.redirectUris.map(uri => new URL(uri).host))
  if (client.subjectType !== 'pairwise' || hosts.size === 0 || client.sectorIdentifier !== undefined) return []
  if (hosts.size > 1)
    return [{ name: 'sector_identifier_uri', message: 'pairwise subjects over several hosts want it' }]
  const other = client.grantTypes.find(each => !redirectedGrantTypes.has(each))
  const message = `pairwise subjects want it where \`${other}\` gives tokens without a redirect to the host`
  return other === undefined ? [] : [{ name: 'sector_identifier_uri', message }]
}
