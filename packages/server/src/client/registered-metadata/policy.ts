// RFC 7591 §1.2, §5
import type { Seconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { ownGrants } from '../../grants/list.ts'
import { mountFeatures } from '../../mounted.ts'
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'
import type { ClientAuthenticationMethod } from '../../ports/records.ts'

/** What of a server metadata are read by. */
export type MetadataWorld = Pick<ServerContext, 'catalogue' | 'signer' | 'outbound' | 'mounted' | 'features' | 'grants'>

/**
 * What a client that registers itself may be. It is the operator's word, and nothing that a client says of itself, or that
 * somebody signs for it, goes beyond it.
 */
export type RegistrationPolicy = {
  /** The ceiling: scope that such a client may ever get. */
  readonly scope: readonly string[]
  /**
   * A client that names less gets the whole ceiling all the same: agents register what the first answer of an API asks for, and
   * could never be allowed more by their user.
   */
  readonly isWholeScope?: boolean
  /** The scope of a request that names none. */
  readonly defaultScope?: readonly string[]
  /** Scope that consent does not let be refused. */
  readonly mandatoryScope?: readonly string[]
  /** `authorization_code` and `refresh_token`, where it is left out. */
  readonly grantTypes?: readonly string[]
  /** `code`, where it is left out. */
  readonly responseTypes?: readonly string[]
  /** All that are mounted, where it is left out. */
  readonly authenticationMethods?: readonly ClientAuthenticationMethod[]
  /**
   * Where redirect URIs may lead: hosts, `*.example.com` for those below one, `com.example.app:` for a scheme; anywhere, where
   * it is left out.
   */
  readonly redirectHosts?: readonly string[]
  readonly accessTokenTtl?: Seconds
}

/** A policy with its defaults, for a server as it is mounted. */
export type CompletePolicy = RegistrationPolicy &
  Required<Pick<RegistrationPolicy, 'grantTypes' | 'responseTypes' | 'authenticationMethods'>>

/** Grant types that show a password or a token to whoever looks; no client registers itself for them. @spec RFC 9700 §2.1.2, §2.4 */
const neverRegistered = ['implicit', 'password']

/** Completes a policy; what is not mounted is not offered, whatever the policy says. */
export function completePolicy(
  { mounted: { clientAuthentications } }: MetadataWorld,
  policy: RegistrationPolicy,
): CompletePolicy {
  const mounted = clientAuthentications.map(({ method }) => method)
  const methods = policy.authenticationMethods ?? mounted
  return {
    ...policy,
    grantTypes: policy.grantTypes ?? ['authorization_code', 'refresh_token'],
    responseTypes: policy.responseTypes ?? ['code'],
    authenticationMethods: methods.filter(method => mounted.includes(method)),
  }
}

/** What is wrong with a policy for these options; `path` is where it stands. */
export function findPolicyProblems(
  policy: RegistrationPolicy,
  options: ServerOptions,
  path: string,
): readonly OptionsProblem[] {
  return [
    ...findScopeProblems(policy, options, path),
    ...findGrantTypeProblems(policy, path),
    ...findUnmountedProblems(policy, options, path),
    ...findHostProblems(policy.redirectHosts, `${path}.redirectHosts`),
  ]
}

function findScopeProblems(policy: RegistrationPolicy, { catalogue }: ServerOptions, path: string) {
  const ceiling = catalogue.read(policy.scope)
  const unknown = ceiling.unknown.map(token => ({
    path: `${path}.scope`,
    message: `a scope of the catalogue is wanted, not \`${token}\``,
  }))
  const above = (['defaultScope', 'mandatoryScope'] as const).flatMap(name => {
    const { scope, unknown: strangers } = catalogue.read(policy[name] ?? [])
    return [...strangers, ...catalogue.missing(ceiling.scope, scope).tokens].map(token => ({
      path: `${path}.${name}`,
      message: `scope below the ceiling is wanted, not \`${token}\``,
    }))
  })
  return [...unknown, ...above]
}

function findGrantTypeProblems({ grantTypes = [], responseTypes = [] }: RegistrationPolicy, path: string) {
  const dangerous = grantTypes.filter(each => neverRegistered.includes(each))
  const types = responseTypes.filter(each => each !== 'code')
  return [
    ...dangerous.map(each => ({
      path: `${path}.grantTypes`,
      message: `no client may register itself for \`${each}\`: it can only be declared`,
    })),
    ...types.map(each => ({
      path: `${path}.responseTypes`,
      message: `\`code\` alone can be registered, not \`${each}\``,
    })),
  ]
}

/** What nobody could register, since nothing that is mounted does it. */
function findUnmountedProblems(policy: RegistrationPolicy, options: ServerOptions, path: string) {
  const { grantTypes = [], authenticationMethods = [] } = policy
  const known = grantTypesOf(options)
  const mounted = mountFeatures(options).clientAuthentications.map(({ method }) => method)
  const unknown = grantTypes.filter(each => !known.has(each) && !neverRegistered.includes(each))
  return [
    ...unknown.map(each => ({
      path: `${path}.grantTypes`,
      message: `a grant type that is mounted is wanted, not \`${each}\`; there are ${[...known].join(', ')}`,
    })),
    ...authenticationMethods
      .filter(each => !mounted.includes(each))
      .map(each => ({
        path: `${path}.authenticationMethods`,
        message: `a method that is mounted is wanted, not \`${each}\`; there are ${mounted.join(', ')}`,
      })),
  ]
}

/** Finds places that could be no host, and so would hold for nothing; `example.com`, `*.example.com` and `com.example:` could. */
export function findHostProblems(places: readonly string[] | undefined, path: string): readonly OptionsProblem[] {
  return (places ?? [])
    .filter(
      each =>
        !/^(?:(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-f:]+\]|[A-Za-z][A-Za-z0-9+.-]*:)$/.test(each),
    )
    .map(each => ({ path, message: `a host such as \`app.example\` or \`*.app.example\` is wanted, not \`${each}\`` }))
}

/** The grant types of a policy that this server has. */
export function offeredGrantTypes(world: MetadataWorld, policy: CompletePolicy): readonly string[] {
  const known = grantTypesOf(world)
  return policy.grantTypes.filter(each => known.has(each) && !neverRegistered.includes(each))
}

function grantTypesOf({ features = [], grants = [] }: Pick<ServerOptions, 'features' | 'grants'>): ReadonlySet<string> {
  const had = [...ownGrants, ...features.flatMap(feature => feature.grants ?? []), ...grants]
  return new Set(had.map(({ grantType }) => grantType))
}
