// RFC 7591 §2, §3.1, §3.2.2
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { ClientAuthenticationMethod, ClientMetadata } from '../../ports/records.ts'
import { type ClientMetadataField, metadataOf } from '../metadata-field.ts'
import { baseFields, humanReadable, keptFields, linkNames } from './base-fields.ts'
import { type ClientDraft, findInconsistencies } from './inconsistencies.ts'
import { type CompletePolicy, completePolicy, offeredGrantTypes, type RegistrationPolicy } from './policy.ts'
import { isLocalRedirect, registeredRedirectProblem } from './redirect-uri-problem.ts'

/** By whose leave a client is what its metadata say. */
export type Registrar = {
  readonly clientId: ClientId
  readonly policy: RegistrationPolicy
  /** The method of a client that names none. */
  readonly defaultMethod: ClientAuthenticationMethod
  /** Somebody whom the operator trusts stands behind the client; otherwise its links lead to where its redirect URIs lead. */
  readonly isVouchedFor: boolean
  /** The metadata were written for many servers: what goes beyond the policy is left out and not refused. */
  readonly isForMany?: boolean
}

/** What is wrong with client metadata. */
export type MetadataRefusal = Refusal<'invalid_client_metadata' | 'invalid_redirect_uri'>

/**
 * Reads the metadata by which a client describes itself, as far as the policy goes. Members that nothing here reads are left
 * out; a sector identifier is believed, and for the caller to verify.
 * @spec RFC 7591 §2, §3.1, OpenID Connect Dynamic Client Registration §2
 * @errors invalid_client_metadata, invalid_redirect_uri: a member of a wrong form, beyond the policy, or at odds with others
 */
export function readClientMetadata(
  context: ServerContext,
  sent: ClientMetadata,
  registrar: Registrar,
): ClientDraft | MetadataRefusal {
  const members = withoutNull(sent)
  const malformed = findMalformed(context, members)
  if (malformed !== undefined) return malformed
  const policy = completePolicy(context, registrar.policy)
  const draft = composeDraft(context, members, { ...registrar, policy })
  if (isRefusal(draft)) return draft
  return findBeyond(context, draft, policy) ?? draft
}

/** @spec RFC 7592 §2.2: what is null is as if it had been left out */
function withoutNull(sent: ClientMetadata): ClientMetadata {
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null))
}

/** The fields of all members that mean something on this server, by name. */
function fieldsOf({ mounted }: ServerContext): ReadonlyMap<string, ClientMetadataField<unknown>> {
  const all = [...Object.values(baseFields), ...keptFields, ...mounted.clientMetadata]
  return new Map(all.map(field => [field.name, field]))
}

function findMalformed(context: ServerContext, sent: ClientMetadata): MetadataRefusal | undefined {
  const fields = fieldsOf(context)
  for (const [name, value] of Object.entries(sent)) {
    const field = fields.get(plainName(name))
    if (field !== undefined && field.parse(value) === undefined) return refuseMember(name, `${field.wanted} is wanted`)
  }
  return undefined
}

/** The name of a member without its language. @spec RFC 7591 §2.2 */
function plainName(name: string): string {
  const [plain = '', language] = name.split('#', 2)
  const isTagged =
    humanReadable.has(plain) && language !== undefined && /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(language)
  return isTagged ? plain : name
}

/** A refusal that names the member, with the code that its kind has. @spec RFC 7591 §3.2.2 */
export function refuseMember(name: string, message: string): MetadataRefusal {
  const code = name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  return refuse(code, `\`${name.slice(0, 64)}\`: ${message}`)
}

type CompleteRegistrar = Registrar & { readonly policy: CompletePolicy }

function composeDraft(
  context: ServerContext,
  metadata: ClientMetadata,
  registrar: CompleteRegistrar,
): ClientDraft | MetadataRefusal {
  const read = <T>(field: ClientMetadataField<T>) => metadataOf({ metadata }, field)
  const { policy } = registrar
  const redirectUris = read(baseFields.redirectUris) ?? []
  const scope = readScope(context, read(baseFields.scope), policy)
  if (isRefusal(scope)) return scope
  const grantTypes = within(registrar, read(baseFields.grantTypes) ?? ['authorization_code'], {
    offered: offeredGrantTypes(context, policy),
    name: 'grant_types',
  })
  if (isRefusal(grantTypes)) return grantTypes
  const wantedTypes = read(baseFields.responseTypes) ?? (grantTypes.includes('authorization_code') ? ['code'] : [])
  const responseTypes = within(registrar, wantedTypes, { offered: policy.responseTypes, name: 'response_types' })
  if (isRefusal(responseTypes)) return responseTypes
  const links = registrar.isVouchedFor ? metadata : withoutStrangeLinks(metadata, redirectUris)
  const kept = keptMembers(context, links)
  const sector = read(baseFields.sectorIdentifierUri)
  return {
    name: read(baseFields.name) ?? registrar.clientId,
    ...given({ uri: metadataOf({ metadata: links }, baseFields.uri) }),
    applicationType: read(baseFields.applicationType) ?? usualType(redirectUris),
    authenticationMethod: read(baseFields.authenticationMethod) ?? registrar.defaultMethod,
    ...given({ jwks: read(baseFields.jwks), jwksUri: read(baseFields.jwksUri) }),
    redirectUris,
    postLogoutRedirectUris: read(baseFields.postLogoutRedirectUris) ?? [],
    grantTypes,
    responseTypes,
    scope,
    ...policyMembers(context, scope, policy),
    introspects: [],
    subjectType: read(baseFields.subjectType) ?? 'public',
    ...given({
      sectorIdentifier: sector && new URL(sector).host,
      idTokenAlgorithm: read(baseFields.idTokenAlgorithm),
      metadata: Object.keys(kept).length > 0 ? kept : undefined,
    }),
  }
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>
}

/** Values of a list that the server offers; for one of the others it is refused, or left out. */
function within(
  { isForMany }: Registrar,
  wanted: readonly string[],
  { offered, name }: { readonly offered: readonly string[]; readonly name: string },
): readonly string[] | MetadataRefusal {
  const strange = isForMany ? undefined : wanted.find(each => !offered.includes(each))
  if (strange !== undefined)
    return refuseMember(name, `\`${strange}\` cannot be registered here; what can be is ${offered.join(', ')}`)
  return [...new Set(wanted)].filter(each => offered.includes(each))
}

/** The scope that a client asks for, below the ceiling; all below it where it asks for none. @spec RFC 7591 §2 */
function readScope(
  { catalogue }: ServerContext,
  wanted: string | undefined,
  policy: RegistrationPolicy,
): string | MetadataRefusal {
  const ceiling = catalogue.read(policy.scope).scope
  if (wanted === undefined) return ceiling.tokens.join(' ')
  const asked = catalogue.read(wanted.split(' ').filter(token => token !== '')).scope
  const scope = catalogue.narrow(ceiling, asked)
  if (scope.size === 0 && wanted !== '')
    return refuseMember('scope', `nothing of it can be registered here; what can be is ${ceiling.tokens.join(' ')}`)
  return scope.tokens.join(' ')
}

/** What the policy says of a client, as far as its own ceiling goes. */
function policyMembers({ catalogue }: ServerContext, scope: string, policy: RegistrationPolicy) {
  const ceiling = catalogue.read(scope.split(' ').filter(token => token !== '')).scope
  const below = (tokens: readonly string[] | undefined) =>
    tokens && catalogue.narrow(ceiling, catalogue.read(tokens).scope).tokens.join(' ')
  return given({
    defaultScope: below(policy.defaultScope),
    mandatoryScope: below(policy.mandatoryScope),
    accessTokenTtl: policy.accessTokenTtl,
  })
}

/** A client that names no type is native where a redirect URI of it can only be native. @spec RFC 8252 §7 */
function usualType(redirectUris: readonly string[]): 'web' | 'native' {
  return redirectUris.some(uri => URL.canParse(uri) && isLocalRedirect(uri)) ? 'native' : 'web'
}

/**
 * A stranger's links lead to where its redirect URIs lead; others are left out, so that nobody is pretended to stand behind it.
 * @spec RFC 7591 §5
 */
function withoutStrangeLinks(metadata: ClientMetadata, redirectUris: readonly string[]): ClientMetadata {
  const hosts = new Set(redirectUris.flatMap(uri => URL.parse(uri)?.host ?? []))
  const isOwn = ([name, value]: readonly [string, unknown]) =>
    !linkNames.has(plainName(name)) || hosts.has(URL.parse(String(value))?.host ?? '')
  return Object.fromEntries(Object.entries(metadata).filter(isOwn))
}

/** What is stored by its registered name: what features read, what is kept as it is, and names in other languages. */
function keptMembers({ mounted }: ServerContext, metadata: ClientMetadata): ClientMetadata {
  const names = new Set([...keptFields, ...mounted.clientMetadata].map(({ name }) => name))
  const isKept = (name: string) => names.has(plainName(name)) || plainName(name) !== name
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => isKept(name)))
}

/** What of a client this server, its policy or its features do not take. */
function findBeyond(context: ServerContext, draft: ClientDraft, policy: CompletePolicy): MetadataRefusal | undefined {
  const { authenticationMethod, idTokenAlgorithm, jwksUri } = draft
  if (!policy.authenticationMethods.includes(authenticationMethod))
    return refuseMember('token_endpoint_auth_method', `one of ${policy.authenticationMethods.join(', ')} is wanted`)
  if (idTokenAlgorithm !== undefined && !context.signer.algorithms.includes(idTokenAlgorithm))
    return refuseMember('id_token_signed_response_alg', `one of ${context.signer.algorithms.join(', ')} is wanted`)
  if (jwksUri !== undefined && context.outbound === undefined)
    return refuseMember('jwks_uri', 'keys are not fetched here; `jwks` is wanted')
  for (const name of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    const uris = name === 'redirect_uris' ? draft.redirectUris : draft.postLogoutRedirectUris
    const problem = findFirst(uris, uri => registeredRedirectProblem(uri, { ...policy, ...draft }))
    if (problem !== undefined) return refuseMember(name, problem)
  }
  const rules = [findInconsistencies, ...context.mounted.clientRules]
  const broken = findFirst(rules, rule => rule(draft)[0])
  return broken && refuseMember(broken.name, broken.message)
}

function findFirst<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
