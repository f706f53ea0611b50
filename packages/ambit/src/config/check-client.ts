import { seconds } from '@ambit/protocol'
import type { Catalogue } from '@ambit/scope'
import { type Feature, type Roles } from '@ambit/server'
import { checkCredentials, checkMethod, defaultMethod, readSecret } from './check-credentials.ts'
import { checkMetadata, checkRules } from './check-metadata.ts'
import type { DeclaredClient } from './config.ts'
import type { OutboundConfig } from './declaration.ts'
import { join, type Place } from './fields.ts'
import { parseClientId } from './ids.ts'
import { nearest } from './near-miss.ts'
import type { ShapedClient } from './shape.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a client or user is judged by: the catalogue, the environment, what is mounted, and the server's dangerous switches. */
export type Surroundings = {
  readonly catalogue: Catalogue
  readonly environment: Environment
  readonly roles?: Roles
  readonly features: readonly Feature[]
  readonly outbound: OutboundConfig
  readonly dangerouslyAllowImplicit?: boolean
  readonly dangerouslyAllowPassword?: boolean
}

const ownGrantTypes = ['authorization_code', 'refresh_token', 'client_credentials', 'implicit', 'password'] as const
const responseTypes = ['code', 'token', 'id_token', 'id_token token'] as const

/** Where a client stands; `isSound` is false where a member has a problem already, from which others would only follow. */
export type ClientPlace = Place & { readonly isSound: boolean }

/** Completes a client with its defaults and reports what does not go together. @spec RFC 7591 §2 */
export function checkClient(shaped: ShapedClient, around: Surroundings, place: ClientPlace): DeclaredClient {
  const client = complete(shaped, around, place)
  for (const name of ['scope', 'defaultScope', 'mandatoryScope'] as const)
    checkScope(shaped[name] ?? [], around.catalogue, { ...place, path: join(place.path, name) })
  if (!place.isSound) return client
  checkCeiling(shaped, around.catalogue, place)
  checkMethod(client, around, place)
  checkCredentials(shaped, client, { around, place })
  checkMetadata(client.metadata ?? {}, around.features, { ...place, path: join(place.path, 'metadata') })
  checkGrantTypes(client, around, place)
  checkResponseTypes(client, place)
  checkRedirects(client, place)
  checkNonce(client, place)
  checkRules(client, around.features, place)
  return client
}

/** Reports each scope-token that the catalogue does not know; a near miss is told. */
export function checkScope(tokens: readonly string[], catalogue: Catalogue, { path, report }: Place): void {
  for (const token of catalogue.read(tokens).unknown) {
    const near = nearest(token, catalogue.names)
    report(path, `unknown scope \`${token}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`)
  }
}

function checkCeiling(shaped: ShapedClient, catalogue: Catalogue, { path, report }: Place): void {
  const ceiling = catalogue.read(shaped.scope).scope
  for (const name of ['defaultScope', 'mandatoryScope'] as const)
    for (const token of catalogue.missing(ceiling, catalogue.read(shaped[name] ?? []).scope).tokens)
      report(join(path, name), `\`${token}\` is above the ceiling; add it to \`scope\`, or leave it out here`)
}

function complete(shaped: ShapedClient, around: Surroundings, place: Place): DeclaredClient {
  const { secret: _secret, secretEnv: _env, secretHash: _hash, ...rest } = shaped
  const { scope, defaultScope, mandatoryScope, accessTokenTtl, ...members } = rest
  const kept = readSecret(shaped, around, place)
  const redirectUris = shaped.redirectUris ?? []
  const granted = shaped.grantTypes ?? defaultGrantTypes(redirectUris)
  return {
    applicationType: 'web',
    authenticationMethod: defaultMethod(shaped),
    postLogoutRedirectUris: [],
    introspects: [],
    subjectType: 'public',
    name: shaped.clientId,
    ...members,
    clientId: parseClientId(shaped.clientId),
    redirectUris,
    ...kept,
    grantTypes: granted,
    responseTypes: shaped.responseTypes ?? (granted.includes('authorization_code') ? ['code'] : []),
    scope: scope.join(' '),
    ...(defaultScope && { defaultScope: defaultScope.join(' ') }),
    ...(mandatoryScope && { mandatoryScope: mandatoryScope.join(' ') }),
    ...(accessTokenTtl !== undefined && { accessTokenTtl: seconds(accessTokenTtl) }),
  }
}

function defaultGrantTypes(redirectUris: readonly string[]): readonly string[] {
  return redirectUris.length > 0 ? ['authorization_code', 'refresh_token'] : ['client_credentials']
}

function checkGrantTypes(client: DeclaredClient, around: Surroundings, place: Place): void {
  const { report } = place
  const path = join(place.path, 'grantTypes')
  const has = (grantType: string) => client.grantTypes.includes(grantType)
  const ofFeatures = around.features.flatMap(({ grants = [] }) => grants)
  const known: readonly string[] = [...ownGrantTypes, ...ofFeatures.map(({ grantType }) => grantType)]
  for (const each of client.grantTypes.filter(name => !known.includes(name)))
    report(path, `unknown grant type \`${each}\`; known are ${list(known)}`)
  // RFC 6749 §4.4: only confidential clients
  if (has('client_credentials') && client.authenticationMethod === 'none')
    report(path, '`client_credentials` wants a client that authenticates: give it a secret or keys')
  if (has('authorization_code') && client.redirectUris.length === 0)
    report(join(place.path, 'redirectUris'), '`authorization_code` wants at least one')
  checkDangerous(client, around, { path, report })
}

function checkDangerous(client: DeclaredClient, around: Surroundings, { path, report }: Place): void {
  const rows = [
    ['implicit', 'dangerouslyAllowImplicit'],
    ['password', 'dangerouslyAllowPassword'],
  ] as const
  for (const [grantType, name] of rows) {
    const isWanted = client.grantTypes.includes(grantType)
    if (isWanted && !client[name]) report(path, `\`${grantType}\` also wants \`${name}: true\` on this client`)
    if (isWanted && !around[name]) report(path, `\`${grantType}\` also wants \`${name}: true\` on the server`)
    if (!isWanted && client[name]) report(path, `\`${name}\` means nothing without the grant type \`${grantType}\``)
  }
}

function checkResponseTypes(client: DeclaredClient, place: Place): void {
  const path = join(place.path, 'responseTypes')
  const known: readonly string[] = responseTypes
  for (const each of client.responseTypes) {
    if (!known.includes(each)) place.report(path, `unknown response type \`${each}\`; known are ${list(known)}`)
    else if (each !== 'code' && !client.grantTypes.includes('implicit'))
      place.report(path, `\`${each}\` wants the grant type \`implicit\``)
    else if (each === 'code' && !client.grantTypes.includes('authorization_code'))
      place.report(path, '`code` wants the grant type `authorization_code`')
  }
}

function checkRedirects(client: DeclaredClient, { path, report }: Place): void {
  for (const uri of client.redirectUris) {
    const isWeb = /^https?:/i.test(uri)
    // RFC 8252 §7.1: private-use schemes are for native apps
    if (!isWeb && client.applicationType === 'web')
      report(
        join(path, 'redirectUris'),
        `\`${uri}\` has a scheme of its own, which wants \`applicationType: 'native'\``,
      )
  }
  // OpenID Connect Core §8.1
  const hosts = new Set(client.redirectUris.map(uri => new URL(uri).host))
  if (client.subjectType === 'pairwise' && hosts.size > 1 && client.sectorIdentifier === undefined)
    report(join(path, 'sectorIdentifier'), 'pairwise subjects over several hosts want one')
}

// RFC 9700 §2.1.1: a confidential client of OpenID Connect may rely on `nonce`
function checkNonce(client: DeclaredClient, place: Place): void {
  const path = join(place.path, 'dangerouslyAcceptNonceInsteadOfPkce')
  if (!client.dangerouslyAcceptNonceInsteadOfPkce) return
  if (client.authenticationMethod === 'none') place.report(path, 'a client that authenticates is wanted')
  if (!client.scope.split(' ').includes('openid')) place.report(path, 'a client that may have `openid` is wanted')
}

function list(words: readonly string[]): string {
  return words.map(word => `\`${word}\``).join(', ')
}
