// RFC 7591 §2; OpenID Connect Dynamic Client Registration §2
import { isRefusal } from '@ambit/protocol'
import type { ClientId } from '../../ports/ids.ts'
import type { ClientAuthenticationMethod, ClientMetadata, ClientRecord } from '../../ports/records.ts'
import { type ClientMetadataField, metadataOf } from '../metadata-field.ts'
import { baseFields, keptFields, linkNames } from './base-fields.ts'
import { type MetadataRefusal, plainName, refuseMember } from './member-name.ts'
import { type CompletePolicy, type MetadataWorld, offeredGrantTypes, type RegistrationPolicy } from './policy.ts'
import { isLocalRedirect, registeredRedirectProblem } from './redirect-uri-problem.ts'

/** A client as it would be stored, before it has an identifier. */
export type ClientDraft = Omit<ClientRecord, 'clientId' | 'secretHashes' | 'sealedSecret' | 'createdAt' | 'isDeclared'>

/** By whose leave a client is what its metadata say. */
export type Registrar = {
  readonly clientId: ClientId
  readonly policy: RegistrationPolicy
  /** The method of a client that names none. */
  readonly defaultMethod: ClientAuthenticationMethod
  /** Somebody whom the operator trusts stands behind the client; otherwise it is a stranger, and its links lead to where its redirect URIs lead. */
  readonly isVouchedFor: boolean
  /** A host that is the client's own, beside those of its redirect URIs. */
  readonly ownHost?: string
  /** The metadata were written for many servers: what goes beyond the policy is left out and not refused. */
  readonly isForMany?: boolean
}

type CompleteRegistrar = Registrar & { readonly policy: CompletePolicy }

/** Makes of metadata, each member of which is of the right form, the client that they describe, as far as the policy goes. */
export function composeDraft(
  world: MetadataWorld,
  metadata: ClientMetadata,
  registrar: CompleteRegistrar,
): ClientDraft | MetadataRefusal {
  const read = <T>(field: ClientMetadataField<T>) => metadataOf({ metadata }, field)
  const places = readPlaces(metadata, registrar)
  const reach = readReach(world, metadata, registrar)
  if (isRefusal(reach)) return reach
  const links = registrar.isVouchedFor ? metadata : withoutStrangeLinks(metadata, places.redirectUris, registrar)
  const kept = keptMembers(world, links)
  const sector = read(baseFields.sectorIdentifierUri)
  return {
    name: read(baseFields.name) ?? registrar.clientId,
    ...places,
    ...reach,
    authenticationMethod: read(baseFields.authenticationMethod) ?? registrar.defaultMethod,
    introspects: [],
    subjectType: read(baseFields.subjectType) ?? 'public',
    ...(!registrar.isVouchedFor && { isStranger: true }),
    ...given({
      uri: metadataOf({ metadata: links }, baseFields.uri),
      jwks: read(baseFields.jwks),
      jwksUri: read(baseFields.jwksUri),
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

/** Where the client is. One that names no type is native where a redirect URI of it can only be native. @spec RFC 8252 §7 */
function readPlaces(metadata: ClientMetadata, { isForMany, policy }: CompleteRegistrar) {
  const read = <T>(field: ClientMetadataField<T>) => metadataOf({ metadata }, field)
  const sent = read(baseFields.redirectUris) ?? []
  const usual = sent.some(isLocalRedirect) ? 'native' : 'web'
  const applicationType = read(baseFields.applicationType) ?? usual
  const isAllowed = (uri: string) => registeredRedirectProblem(uri, { ...policy, applicationType }) === undefined
  const postLogout = read(baseFields.postLogoutRedirectUris) ?? []
  return {
    applicationType,
    redirectUris: isForMany ? sent.filter(isAllowed) : sent,
    postLogoutRedirectUris: isForMany ? postLogout.filter(isAllowed) : postLogout,
  }
}

/** What the client may do. */
function readReach(world: MetadataWorld, metadata: ClientMetadata, registrar: CompleteRegistrar) {
  const { policy } = registrar
  const scope = readScope(world, metadataOf({ metadata }, baseFields.scope), policy)
  if (isRefusal(scope)) return scope
  const grantTypes = within(registrar, metadataOf({ metadata }, baseFields.grantTypes) ?? ['authorization_code'], {
    offered: offeredGrantTypes(world, policy),
    name: 'grant_types',
  })
  if (isRefusal(grantTypes)) return grantTypes
  const usualTypes = grantTypes.includes('authorization_code') ? ['code'] : []
  const responseTypes = within(registrar, metadataOf({ metadata }, baseFields.responseTypes) ?? usualTypes, {
    offered: policy.responseTypes,
    name: 'response_types',
  })
  if (isRefusal(responseTypes)) return responseTypes
  return { grantTypes, responseTypes, scope, ...policyMembers(world, scope, policy) }
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

/** The scope that a client asks for, below the ceiling; all below it where it asks for none, or the policy says so. @spec RFC 7591 §2 */
function readScope(
  { catalogue }: MetadataWorld,
  wanted: string | undefined,
  policy: RegistrationPolicy,
): string | MetadataRefusal {
  const ceiling = catalogue.read(policy.scope).scope
  if (wanted === undefined || policy.isWholeScope === true) return ceiling.tokens.join(' ')
  const scope = catalogue.narrow(ceiling, catalogue.read(tokensOf(wanted)).scope)
  if (scope.size === 0 && wanted !== '')
    return refuseMember('scope', `nothing of it can be registered here; what can be is ${ceiling.tokens.join(' ')}`)
  return scope.tokens.join(' ')
}

/** What the policy says of a client, as far as its own ceiling goes. */
function policyMembers({ catalogue }: MetadataWorld, scope: string, policy: RegistrationPolicy) {
  const ceiling = catalogue.read(tokensOf(scope)).scope
  const below = (tokens: readonly string[] | undefined) =>
    tokens && catalogue.narrow(ceiling, catalogue.read(tokens).scope).tokens.join(' ')
  return given({
    defaultScope: below(policy.defaultScope),
    mandatoryScope: below(policy.mandatoryScope),
    accessTokenTtl: policy.accessTokenTtl,
  })
}

function tokensOf(scope: string): readonly string[] {
  return scope === '' ? [] : scope.split(' ')
}

/**
 * A stranger's links lead to where its redirect URIs lead; others are left out, so that nobody is pretended to stand behind it.
 * @spec RFC 7591 §5
 */
function withoutStrangeLinks(
  metadata: ClientMetadata,
  redirectUris: readonly string[],
  { ownHost }: Registrar,
): ClientMetadata {
  const hosts = new Set([ownHost, ...redirectUris.map(uri => URL.parse(uri)?.host)])
  const isOwn = ([name, value]: readonly [string, unknown]) =>
    !linkNames.has(plainName(name)) || hosts.has(URL.parse(String(value))?.host ?? 'none')
  return Object.fromEntries(Object.entries(metadata).filter(isOwn))
}

/** What is stored by its registered name: what features read, what is kept as it is, and names in other languages. */
function keptMembers({ mounted }: MetadataWorld, metadata: ClientMetadata): ClientMetadata {
  const names = new Set([...keptFields, ...mounted.clientMetadata].map(({ name }) => name))
  const isKept = (name: string) => names.has(plainName(name)) || plainName(name) !== name
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => isKept(name)))
}
