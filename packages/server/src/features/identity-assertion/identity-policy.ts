// ID-JAG §3.1, §4.3, §5

import type { Seconds } from '@ambit/protocol'
import { isScopeToken } from '@ambit/scope'
import { issuerProblem } from '../../issuer.ts'
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'

/** For which other authorization server a client gets identity assertions, and what they may say. Without one, none is made. */
export type IdentityAssertionPolicy = {
  /** The client that may ask, as it is registered here. */
  readonly client: string
  /** The issuer identifier of the other server: `audience` and `aud`. */
  readonly audience: string
  /** The client's identifier at the other server. */
  readonly clientId: string
  /**
   * The client here by which the other server itself logs its users in: `sub` is what that client sees. As the asking client
   * sees its user, when absent.
   */
  readonly relyingParty?: string
  /** Scope of the other server that may be asked for. */
  readonly scope?: readonly string[]
  /** The scope of a request that names none. */
  readonly defaultScope?: readonly string[]
  /** Resources behind the other server that may be named; none, when absent. */
  readonly resources?: readonly string[]
  /** Claims of the user that are told, such as `email`, which is told only where it is verified. */
  readonly claims?: readonly string[]
  /** The level that the user's login must have reached. */
  readonly acr?: string
  /** How long an assertion is good; 300 seconds when absent. */
  readonly ttl?: Seconds
}

/** Claims that the server sets itself. */
const reserved: readonly string[] = (
  'iss sub aud exp nbf iat jti cnf act may_act client_id scope resource auth_time acr amr ' +
  'aud_sub aud_tenant tenant authorization_details email_verified'
).split(' ')

/** What of the policies cannot be. */
export function findIdentityPolicyProblems(
  policies: readonly IdentityAssertionPolicy[],
  { issuer }: ServerOptions,
  path: string,
): readonly OptionsProblem[] {
  const problems: OptionsProblem[] = []
  const seen = new Set<string>()
  for (const [index, policy] of policies.entries()) {
    const report = (name: string, message: string) => void problems.push({ path: `${path}[${index}]${name}`, message })
    const audienceProblem = issuerProblem(policy.audience)
    if (audienceProblem !== undefined) report('.audience', audienceProblem)
    if (policy.audience === issuer) report('.audience', 'another server than this one is wanted')
    const pair = JSON.stringify([policy.client, policy.audience])
    if (seen.has(pair)) report('', `one policy for \`${policy.client}\` and \`${policy.audience}\` is wanted`)
    seen.add(pair)
    if (policy.clientId === '') report('.clientId', 'the client’s identifier at the other server is wanted')
    const { scope = [], defaultScope = [], claims = [], ttl } = policy
    for (const token of scope.filter(each => !isScopeToken(each)))
      report('.scope', `a scope-token is wanted, not \`${token}\``)
    for (const token of defaultScope.filter(each => !scope.includes(each)))
      report('.defaultScope', `one of \`scope\` is wanted, not \`${token}\``)
    for (const name of claims.filter(each => reserved.includes(each)))
      report('.claims', `\`${name}\` is said by the server itself`)
    if (ttl !== undefined && !(ttl > 0)) report('.ttl', 'seconds above 0 are wanted')
  }
  return problems
}
