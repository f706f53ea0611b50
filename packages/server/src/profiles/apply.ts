import type { MetadataProblem } from '../client/metadata-field.ts'
import type { Feature } from '../feature.ts'
import type { ServerOptions } from '../options.ts'
import { overStore } from '../over-store.ts'
import type { ClientRecord } from '../ports/records.ts'
import type { Store } from '../ports/store.ts'
import { type BrokenRule, findClientProblems } from './judge.ts'
import { profiles } from './list.ts'
import type { JudgedClient, Profile, ProfileDeclaration, ProfileSettings } from './profile.ts'

/** The options with what their profile fills in, and with the profile's own refusals mounted. */
export function applyProfile(options: ServerOptions): ServerOptions {
  const profile = options.profile === undefined ? undefined : profiles[options.profile]
  if (profile === undefined) return options
  return { ...settingsOf(profile), ...options, features: [...(options.features ?? []), profileFeature(profile)] }
}

/** What the rules of a profile set, together. */
export function settingsOf({ rules }: Pick<Profile, 'rules'>): ProfileSettings {
  return rules.reduce<ProfileSettings>((settings, { sets }) => ({ ...settings, ...sets }), {})
}

/** What the rules of a profile fill in of a configuration file, together. */
export function declarationOf({ rules }: Pick<Profile, 'rules'>): ProfileDeclaration {
  const declared = rules.flatMap(({ declares }) => declares ?? [])
  const features: Record<string, Readonly<Record<string, unknown>>> = {}
  for (const [name, options] of declared.flatMap(each => Object.entries(each.features ?? {})))
    features[name] = { ...features[name], ...options }
  return { ...declared.reduce((all, each) => ({ ...all, ...each }), {}), features }
}

/** A profile's refusals, as a feature: its rules for requests, and no client that it forbids is registered or known. */
function profileFeature({ name, rules }: Profile): Feature {
  return {
    name: `profile ${name}`,
    clientRules: [client => findClientProblems(name, client).map(asMetadataProblem)],
    requestRules: rules.flatMap(({ requestRule }) => requestRule ?? []),
    wrapStore: (store, { observe }) => withoutForbidden(store, { name, observe }),
  }
}

/** @spec RFC 7591 §2, OpenID Connect Dynamic Client Registration §2 */
const registeredNames: Readonly<Record<keyof JudgedClient, string>> = {
  applicationType: 'application_type',
  authenticationMethod: 'token_endpoint_auth_method',
  redirectUris: 'redirect_uris',
  grantTypes: 'grant_types',
  responseTypes: 'response_types',
  idTokenAlgorithm: 'id_token_signed_response_alg',
  dangerouslyAcceptNonceInsteadOfPkce: 'code_challenge',
}

function asMetadataProblem({ member, message, rule }: BrokenRule): MetadataProblem {
  return { name: registeredNames[member], message: `${message} (${rule.source})` }
}

/** However a client came into the store, where the profile forbids it the server does not know it. */
function withoutForbidden(
  store: Store,
  { name, observe }: Pick<Profile, 'name'> & Pick<ServerOptions, 'observe'>,
): Store {
  const judged = new WeakMap<ClientRecord, boolean>()
  const told = new Set<string>()
  const isForbidden = (client: ClientRecord): boolean => {
    const known = judged.get(client)
    if (known !== undefined) return known
    const [broken] = findClientProblems(name, client)
    judged.set(client, broken !== undefined)
    if (broken && !told.has(client.clientId))
      observe({
        kind: 'warning',
        about: `client ${client.clientId}`,
        message: `the profile \`${name}\` forbids the client \`${client.clientId}\`: \`${broken.member}\`: ${broken.message} (${broken.rule.source})`,
      })
    if (broken) told.add(client.clientId)
    return broken !== undefined
  }
  return overStore(store, {
    findClient: async clientId => {
      const client = await store.findClient(clientId)
      return client === undefined || isForbidden(client) ? undefined : client
    },
  })
}
