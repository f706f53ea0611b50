// RFC 8693 §1.1, §2.1
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'

/** What one client may exchange, for which audience, and how. Without one, nothing is exchanged. */
export type ExchangePolicy = {
  /** The client that may exchange. */
  readonly client: string
  /** The resources that it gets tokens for. */
  readonly audience: string | readonly string[]
  /** Whether the token says who acts (`delegation`) or not (`impersonation`). @spec RFC 8693 §1.1 */
  readonly mode: 'impersonation' | 'delegation'
  /** The most that passes; all that the subject token holds and the audience knows, when absent. */
  readonly scope?: readonly string[]
  /** The resources as which this client receives others' tokens, which it may exchange then; only its own tokens, when absent. */
  readonly subjectAudience?: readonly string[]
  /** The clients whose tokens say who acts; the client that asks, when absent. Only for delegation. */
  readonly actors?: readonly string[]
  /** The one client that may act with the token further on. @spec RFC 8693 §4.4 */
  readonly mayAct?: string
  /** Only subject tokens that name the acting client in `may_act` are exchanged. @spec RFC 8693 §4.4 */
  readonly requiresMayAct?: boolean
  /**
   * Takes a sender-constrained token that the client received without a proof of its key, since only who sent it has the
   * key: the client is trusted to have seen that proof. The new token must be bound to a key of the client's own.
   */
  readonly dangerouslyAcceptUnprovenSubject?: boolean
}

/** What is exchanged, and by whom. */
export type TokenExchangeOptions = {
  /** At most one for a client and an audience. */
  readonly policies: readonly ExchangePolicy[]
  /** Resources by the logical names that `audience` may give them. @spec RFC 8693 §2.1 */
  readonly audiences?: Readonly<Record<string, string>>
  /** How many may act one for another; 3 when absent. */
  readonly mostActors?: number
}

/** The audiences of a policy as a list. */
export function audiencesOf({ audience }: ExchangePolicy): readonly string[] {
  return typeof audience === 'string' ? [audience] : audience
}

/** What of the policies does not fit together, or names what the server does not have. */
export function findPolicyProblems(
  { policies, audiences = {}, mostActors = 1 }: TokenExchangeOptions,
  { catalogue, resources, issuer }: ServerOptions,
): readonly OptionsProblem[] {
  const problems: OptionsProblem[] = []
  const report = (path: string, message: string) =>
    void problems.push({ path: `features.tokenExchange.${path}`, message })
  const known = new Set(resources.length > 0 ? resources.map(({ resource }) => resource) : [issuer])
  const seen = new Set<string>()
  for (const [index, policy] of policies.entries()) {
    const path = `policies[${index}]`
    for (const audience of audiencesOf(policy)) {
      if (!known.has(audience)) report(`${path}.audience`, `one of \`resources\` is wanted, not \`${audience}\``)
      const pair = JSON.stringify([policy.client, audience])
      if (seen.has(pair)) report(path, `one policy for \`${policy.client}\` and \`${audience}\` is wanted`)
      seen.add(pair)
    }
    for (const received of (policy.subjectAudience ?? []).filter(each => !known.has(each)))
      report(`${path}.subjectAudience`, `one of \`resources\` is wanted, not \`${received}\``)
    for (const token of (policy.scope ?? []).filter(each => catalogue.definition(each) === undefined))
      report(`${path}.scope`, `a scope of the catalogue is wanted, not \`${token}\``)
    if (policy.mode === 'impersonation' && policy.actors !== undefined)
      report(`${path}.actors`, 'the mode `delegation` is wanted: impersonation has no actor')
  }
  for (const [name, resource] of Object.entries(audiences))
    if (!known.has(resource)) report(`audiences.${name}`, `one of \`resources\` is wanted, not \`${resource}\``)
  if (!Number.isSafeInteger(mostActors) || mostActors < 1) report('mostActors', 'a whole number above 0 is wanted')
  return problems
}
