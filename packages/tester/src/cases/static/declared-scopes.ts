// OpenAPI 3.2 §4.28, §4.30
import { planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import type { ApiOperation, Place } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import { orSkip } from '../resource/probe-on.ts'
import { reaches } from '../resource/scope-oracle.ts'
import { at, type Reading, readingProbe, requirementPlaceOf, tellPlace } from './static-probe.ts'

const text: CaseText = {
  id: 'RS-PRV-03',
  title: 'scopes that are declared and those that are needed',
  why: 'A scope that nothing needs is asked for and consented to in vain, and opens something unseen one day. One that is needed and not declared cannot be asked for by anybody who reads the document.',
  remedy: 'Declare each scope that an operation needs, and take away those that none needs.',
  severity: 'medium',
  level: 'S',
  sources: ['OWASP ASVS 5.0 §10.4.11', 'OpenAPI 3.2 §4.28'],
  tags: ['static', 'document', 'scope'],
}

/** What OpenID Connect gives a meaning to: the server needs them, no operation does. @spec OpenID Connect Core §5.4, §11 */
const ofTheServer: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/** RS-PRV-03: declared and needed scopes are the same. */
export const declaredScopes: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      if (api.declaredScopes.size === 0 && api.listingSchemes?.size === 0)
        return [{ caseId: text.id, reason: 'the document has no place where scopes are declared' }]
      const needs = neededScopes(api)
      const probes = [...new Set([...api.declaredScopes.keys(), ...needs.keys()])].map(scope =>
        readingProbe(text, { variant: scope }, () => judgeScope(api, scope, needs)),
      )
      return orSkip(text, probes, 'the document has no scopes')
    }),
}

/** Who needs a scope, and whether the document could declare it there; what the document says itself goes first. */
type Need = {
  readonly by: string
  readonly place: Place | undefined
  readonly isDeclarable: boolean
  readonly isDocument?: true
}

function neededScopes(api: ApiTarget): ReadonlyMap<string, readonly Need[]> {
  const needs = [...api.operations.flatMap(each => neededBy(each, api)), ...neededInCode(api), ...neededByPolicy(api)]
  const byScope = Map.groupBy(needs, ([scope]) => scope)
  return new Map([...byScope].map(([scope, found]) => [scope, found.map(([, need]) => need)]))
}

type Needed = readonly (readonly [scope: string, need: Need])[]

function neededBy(operation: ApiOperation, { listingSchemes }: ApiTarget): Needed {
  const { requirement, key } = operation
  const alternatives = 'anyOf' in requirement ? requirement.anyOf : []
  return alternatives.flatMap(({ scopes, schemes }) => {
    const need = (isDeclarable: boolean): Need => ({
      by: key,
      place: requirementPlaceOf(operation),
      isDeclarable,
      isDocument: true,
    })
    const isDeclarable = schemes.every(scheme => listingSchemes?.has(scheme) ?? true)
    return scopes.map(scope => [scope, need(isDeclarable)] as const)
  })
}

function neededInCode({ routes = [] }: ApiTarget): Needed {
  return routes.flatMap(({ guard, method, path }) => {
    if (guard.kind !== 'token') return []
    const need: Need = { by: `the code of ${method} ${path}`, place: guard.place, isDeclarable: true }
    return guard.anyOf.flat().map(scope => [scope, need] as const)
  })
}

/** What only the policy asks for is needed too; that the document does not say it is another finding. */
function neededByPolicy({ operations, policy }: ApiTarget): Needed {
  return operations.flatMap(operation => {
    const action = operation.action === undefined ? undefined : policy?.actions.get(operation.action)
    const need = { by: `the policy for ${operation.key}`, place: requirementPlaceOf(operation), isDeclarable: true }
    return (action?.requirement.anyOf ?? []).flatMap(({ tokens }) => tokens.map(scope => [scope, need] as const))
  })
}

function judgeScope(api: ApiTarget, scope: string, needs: ReadonlyMap<string, readonly Need[]>): Reading {
  const found = needs.get(scope) ?? []
  if (!api.declaredScopes.has(scope)) return judgeUndeclared(scope, found)
  if (found.length > 0) return { verdict: 'pass', reason: `\`${scope}\` is declared, and ${found[0]?.by} needs it` }
  if (ofTheServer.has(scope))
    return { verdict: 'not_applicable', reason: `\`${scope}\` is for the authorization server, not for an operation` }
  const covered = [...needs.keys()].find(needed => reaches(api.catalogue, [scope], [needed]))
  if (covered !== undefined) return { verdict: 'pass', reason: `\`${scope}\` covers \`${covered}\`, which is needed` }
  const file = api.operations.find(({ place }) => place !== undefined)?.place?.file
  const reason = `\`${scope}\` is declared, and no operation needs it`
  return { verdict: 'warn', reason, complaint: 'needed nowhere', ...at(file === undefined ? undefined : { file }) }
}

function judgeUndeclared(scope: string, found: readonly Need[]): Reading {
  const [first] = found
  const byDocument = found.filter(({ isDocument }) => isDocument)
  const wrong = (byDocument.length > 0 ? byDocument : found).find(({ isDeclarable }) => isDeclarable)
  if (wrong === undefined) {
    const reason = `\`${scope}\` is needed through a scheme that has no list of scopes`
    return { verdict: 'not_applicable', reason, ...at(first?.place) }
  }
  const reason = `${wrong.by} needs \`${scope}\` (${tellPlace(wrong.place)}), which is not declared`
  return { verdict: 'fail', reason, complaint: 'not declared', ...at(wrong.place) }
}
