import { clientAuthentications } from './client/methods/list.ts'
import type { ClientAuthentication } from './client/methods/method.ts'
import type { ServerContext } from './context.ts'
import type { Feature, InteractionKind, WrappedResponseMode } from './feature.ts'
import type { Grant } from './grants/grant.ts'
import { ownGrants } from './grants/list.ts'
import type { ServerOptions } from './options.ts'

type Lists = {
  readonly [K in
    | 'endpoints'
    | 'clientMetadata'
    | 'clientRules'
    | 'senderBindings'
    | 'requestSources'
    | 'requestRules'
    | 'tasks']-?: NonNullable<Feature[K]>
}

type Asked = {
  readonly [K in
    | 'protectJwt'
    | 'decryptJwt'
    | 'formatIntrospection'
    | 'publishedKeys'
    | 'metadata'
    | 'notices'
    | 'userRule'
    | 'allowed'
    | 'issued'
    | 'sessionEnded']-?: readonly NonNullable<Feature[K]>[]
}

/** What the mounted features add up to, computed once. */
export type Mounted = Lists &
  Asked & {
    readonly names: ReadonlySet<string>
    /** Every method whose credentials are recognised, also where it does not count here. */
    readonly knownAuthentications: readonly ClientAuthentication[]
    readonly clientAuthentications: readonly ClientAuthentication[]
    readonly responseModes: ReadonlyMap<string, WrappedResponseMode>
    readonly interactions: ReadonlyMap<string, InteractionKind>
    readonly details?: NonNullable<Feature['details']>
  }

/** Puts the features of a server together. */
export function mountFeatures({ features = [], clientAuthenticationMethods }: ServerOptions): Mounted {
  const all = <K extends keyof Feature>(key: K) =>
    features.map(feature => feature[key]).filter((each): each is NonNullable<Feature[K]> => each !== undefined)
  const details = all('details')[0]
  const methods = [...clientAuthentications, ...all('clientAuthentications').flat()]
  return {
    names: new Set(features.map(({ name }) => name)),
    endpoints: all('endpoints').flat(),
    clientMetadata: all('clientMetadata').flat(),
    clientRules: all('clientRules').flat(),
    senderBindings: all('senderBindings').flat(),
    requestSources: all('requestSources').flat(),
    requestRules: all('requestRules').flat(),
    tasks: all('tasks').flat(),
    protectJwt: all('protectJwt'),
    decryptJwt: all('decryptJwt'),
    formatIntrospection: all('formatIntrospection'),
    publishedKeys: all('publishedKeys'),
    metadata: all('metadata'),
    notices: all('notices'),
    userRule: all('userRule'),
    allowed: all('allowed'),
    issued: all('issued'),
    sessionEnded: all('sessionEnded'),
    knownAuthentications: methods,
    clientAuthentications: methods.filter(({ method }) => clientAuthenticationMethods?.includes(method) ?? true),
    responseModes: new Map(all('responseModes').flatMap(modes => modes.map(mode => [mode.name, mode] as const))),
    interactions: new Map(all('interactions').flatMap(kinds => kinds.map(kind => [kind.kind, kind] as const))),
    ...(details && { details }),
  }
}

const grants = new WeakMap<ServerContext, readonly Grant[]>()

/** The grants that a server offers: its own that are switched on, those of its features, and those that it was given. */
export function mountedGrants(context: ServerContext): readonly Grant[] {
  const known = grants.get(context)
  if (known) return known
  const ofFeatures = (context.features ?? []).flatMap(feature => feature.grants ?? [])
  const found = [...ownGrants, ...ofFeatures, ...(context.grants ?? [])].filter(
    each => each.isMounted?.(context) ?? true,
  )
  grants.set(context, found)
  return found
}
