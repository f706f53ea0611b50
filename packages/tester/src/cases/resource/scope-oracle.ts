// RFC 6749 §3.3
import type { PolicyModel } from '@ambit/policy'
import { type Catalogue, meets } from '@ambit/scope'
import type { MatrixCell } from '../../catalogue/test-case.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'

/** What is to happen to a token of some scope, and the sentence that says why. */
export type Expectation = { readonly expected: MatrixCell['expected']; readonly rule: string }

/** What the oracle works with: the catalogue's closure, and the policy where there is one. */
export type OracleApi = Pick<ApiTarget, 'catalogue' | 'policy' | 'declaredScopes' | 'operations'>

/** Says what an operation must answer to a token that holds exactly these scopes. */
export function expectationOf(api: OracleApi, operation: ApiOperation, held: readonly string[]): Expectation {
  const alternatives = alternativesOf(operation)
  const met = alternatives.find(needed => reaches(api.catalogue, held, needed))
  if (met === undefined) return { expected: 'refused', rule: lackOf(held, alternatives) }
  const rule = coverOf(api.catalogue, held, met)
  const action = operation.action === undefined ? undefined : api.policy?.actions.get(operation.action)
  if (action === undefined || api.policy === undefined) return { expected: 'allowed', rule }
  if (!isMetInPolicy(api.policy, held, action.requirement))
    return { expected: 'refused', rule: `the policy asks more of ${action.name} than the document` }
  if (action.rules.length === 0) return { expected: 'allowed', rule }
  const names = action.rules.map(({ name }) => `“${name}”`)
  return { expected: 'conditional', rule: `${rule}; then the policy decides by ${names.join(', ')}` }
}

/** Whether a token that holds exactly these scopes may get past the question of scope. */
export function isOpenedBy(api: OracleApi, operation: ApiOperation, held: readonly string[]): boolean {
  return expectationOf(api, operation, held).expected !== 'refused'
}

/** Whether an operation asks for any scope at all. */
export function asksForScope(operation: ApiOperation): boolean {
  const alternatives = alternativesOf(operation)
  return alternatives.length > 0 && alternatives.every(scopes => scopes.length > 0)
}

/** The scopes that are tried: those that the document declares, those that operations need, and whatever covers one of these. */
export function triedScopes({ declaredScopes, operations, catalogue }: OracleApi): readonly string[] {
  const needed = operations.flatMap(operation => alternativesOf(operation).flat())
  const known = new Set([...declaredScopes.keys(), ...needed])
  const wider = catalogue.names.filter(name => [...known].some(scope => reaches(catalogue, [name], [scope])))
  return [...new Set([...known, ...wider])].filter(scope => !scope.includes('{'))
}

/** Whether the catalogue says that these scopes reach all of those; what it does not know reaches itself alone. */
export function reaches(catalogue: Catalogue, held: readonly string[], needed: readonly string[]): boolean {
  const ours = catalogue.read(held)
  const theirs = catalogue.read(needed)
  return catalogue.covers(ours.scope, theirs.scope) && theirs.unknown.every(token => held.includes(token))
}

/** As many of the scopes as can be put together without opening the operation. */
export function allThatDoNotOpen(api: OracleApi, operation: ApiOperation): readonly string[] {
  return triedScopes(api).reduce<readonly string[]>((chosen, scope) => {
    const more = [...chosen, scope]
    return isOpenedBy(api, operation, more) ? chosen : more
  }, [])
}

/** One scope that does not open the operation, or none where each does. */
export function tooLittle(api: OracleApi, operation: ApiOperation): readonly string[] {
  const own = triedScopes(api).filter(scope => !isOpenedBy(api, operation, [scope]))
  const sameApi = own.find(scope =>
    api.operations.some(
      other => other.resource === operation.resource && alternativesOf(other).some(needed => needed.includes(scope)),
    ),
  )
  return [sameApi ?? own[0]].filter(scope => scope !== undefined)
}

function isMetInPolicy({ catalogue }: PolicyModel, held: readonly string[], requirement: Parameters<typeof meets>[2]) {
  return meets(catalogue, catalogue.read(held).scope, requirement)
}

function coverOf(catalogue: Catalogue, held: readonly string[], needed: readonly string[]): string {
  if (needed.length === 0) return 'any good token opens it'
  const sentences = needed.map(scope => {
    if (held.includes(scope)) return `it needs ${scope}`
    return `${held.find(each => reaches(catalogue, [each], [scope])) ?? 'the whole'} covers ${scope}`
  })
  return sentences.join(', and ')
}

function lackOf(held: readonly string[], alternatives: readonly (readonly string[])[]): string {
  const needed = alternatives.map(scopes => scopes.join(' and ')).join(', or ')
  if (alternatives.length === 0) return 'no token opens it'
  return held.length === 0 ? `it needs ${needed}` : `${held.join(' and ')} does not cover ${needed}`
}
