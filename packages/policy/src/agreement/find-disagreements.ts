import type { Catalogue } from '@ambit/scope'
import { matchRoutes, type Route } from './match-routes.ts'
import { type AgreementSources, actionsOf, placeOf, type Said, saidByAction, statementsOf } from './said.ts'
import { type AgreementSource, compareRequirements, type Statement, tellStatement } from './statement.ts'

/** Where a source says what it says. */
export type AgreementPlace = { readonly source: AgreementSource; readonly at: string; readonly says: string }

/** In what two sources differ. */
export type DisagreementKind =
  /** The first lets tokens through that the second does not. */
  | 'wider'
  | 'narrower'
  /** Each lets tokens through that the other does not. */
  | 'other'
  /** The first lets callers in without a token. */
  | 'public'
  /** Only the first knows the operation. */
  | 'missing'
  /** They take the operation for different actions. */
  | 'action'
  /** The first names a scope that the catalogue does not have. */
  | 'unknown_scope'
  /** The first wants more than a token, which a guard of tokens cannot check. */
  | 'more_than_token'

/** One thing about which two sources differ. */
export type Disagreement = {
  readonly kind: DisagreementKind
  /** `GET /pets`, or the action's name where no operation is known. */
  readonly operation: string
  readonly first: AgreementPlace
  readonly second: AgreementPlace
  readonly message: string
}

/**
 * Finds where a document, a policy and code say different things about who may call what. Scope alone is compared, by what
 * it covers; conditions of a policy have no place in a document.
 *
 * An operation is the action that `actionOf`, its `x-ambit-action`, or its `operationId` names.
 * @example
 * findDisagreements({ catalogue: scopes, policy: shop.model, operations: readOperations(document).operations })
 */
export function findDisagreements(sources: AgreementSources): readonly Disagreement[] {
  const routes = matchRoutes(sources.operations ?? [], sources.routes ?? [])
  return [...routes.flatMap(route => judgeRoute(sources, route)), ...missingActions(sources, routes)]
}

function judgeRoute(sources: AgreementSources, route: Route): readonly Disagreement[] {
  const operation = nameOf(route)
  const said = statementsOf(sources, route)
  const pairs = said.flatMap((first, index) => said.slice(index + 1).map(second => [first, second] as const))
  const found = [
    ...otherActions(sources, route),
    ...missingPlaces(sources, route, said),
    ...pairs
      .filter(
        ([first, second]) => first.source !== second.source || isOpen(first.statement) !== isOpen(second.statement),
      )
      .flatMap(([first, second]) => compare(sources.catalogue, first, second)),
  ]
  return once(found.map(([kind, first, second]) => tell(kind, operation, [first, second])))
}

type Found = readonly [kind: DisagreementKind, first: AgreementPlace, second: AgreementPlace]

/** Actions that the policy does not have, and those that document and code do not agree on. */
function otherActions(sources: AgreementSources, route: Route): readonly Found[] {
  const { byDocument, byCode } = actionsOf(sources, route)
  const { operation, guards } = route
  const claims: readonly (AgreementPlace & { readonly action: string })[] = [
    ...(operation && byDocument !== undefined
      ? [{ source: 'openapi' as const, at: operation.pointer, action: byDocument, says: sayAction(byDocument) }]
      : []),
    ...guards.flatMap(guard =>
      'action' in guard
        ? [{ source: 'code' as const, at: placeOf(guard), action: guard.action, says: sayAction(guard.action) }]
        : [],
    ),
  ]
  const unknown = claims.filter(({ action }) => sources.policy && !sources.policy.actions.has(action))
  const [first, second] = [claims[0], claims.find(({ action }) => byDocument !== undefined && action !== byDocument)]
  return [
    ...unknown.map((claim): Found => ['missing', claim, silent('policy')]),
    ...(first && second && byCode.length > 0 ? [['action', first, second] as const] : []),
  ]
}

function sayAction(name: string): string {
  return `takes it for the action \`${name}\``
}

/** The sources that should say something about a route, and are silent. */
function missingPlaces(sources: AgreementSources, route: Route, said: readonly Said[]): readonly Found[] {
  const { policy, operations, routes } = sources
  const [first] = said
  if (first === undefined) return []
  const { byDocument, byCode } = actionsOf(sources, route)
  const needsAction = route.operation !== undefined && said.some(({ statement }) => statement.kind !== 'public')
  const hasAction = byDocument !== undefined || byCode.length > 0
  const silentOnes: readonly AgreementSource[] = [
    ...(operations && route.operation === undefined ? (['openapi'] as const) : []),
    ...(policy && needsAction && !hasAction ? (['policy'] as const) : []),
    ...(routes && route.guards.length === 0 ? (['code'] as const) : []),
  ]
  return silentOnes.map((source): Found => ['missing', told(first), silent(source)])
}

/** Actions of the policy that no operation is; where code names its actions, that no route is. */
function missingActions(sources: AgreementSources, matched: readonly Route[]): readonly Disagreement[] {
  const { operations, routes = [], policy } = sources
  const all = matched.map(route => actionsOf(sources, route))
  const inDocument = new Set(all.map(({ byDocument }) => byDocument))
  const inCode = new Set(all.flatMap(({ byCode }) => byCode))
  const doesCodeName = operations === undefined && routes.some(route => 'action' in route)
  return [...(policy?.actions.values() ?? [])].flatMap(action => [
    ...(operations && !inDocument.has(action.name) && !inCode.has(action.name)
      ? [silence(action.name, 'openapi')]
      : []),
    ...(doesCodeName && !inCode.has(action.name) ? [silence(action.name, 'code')] : []),
  ])

  function silence(name: string, source: AgreementSource): Disagreement {
    const action = policy?.actions.get(name)
    const first = action ? told(saidByAction(action)) : silent('policy')
    return tell('missing', name, [first, silent(source)])
  }
}

function compare(catalogue: Catalogue, first: Said, second: Said): readonly Found[] {
  const [a, b] = [first.statement, second.statement]
  const unclear = [first, second].find(
    ({ statement: { kind } }) => kind === 'unknown_scope' || kind === 'more_than_token',
  )
  const open: readonly Found[] = isOpen(a) === isOpen(b) ? [] : [['public', ...openFirst(first, second)]]
  if (unclear) {
    const kind = unclear.statement.kind === 'unknown_scope' ? 'unknown_scope' : 'more_than_token'
    return [[kind, told(unclear), told(unclear === first ? second : first)], ...open]
  }
  if (open.length > 0) return open
  if (!('requirement' in a && a.requirement && 'requirement' in b && b.requirement)) return []
  const comparison = compareRequirements(catalogue, a.requirement, b.requirement)
  return comparison === 'same' ? [] : [[comparison, told(first), told(second)]]
}

function openFirst(first: Said, second: Said): readonly [AgreementPlace, AgreementPlace] {
  return isOpen(first.statement) ? [told(first), told(second)] : [told(second), told(first)]
}

function isOpen({ kind }: Statement): boolean {
  return kind === 'public' || kind === 'optional'
}

function told({ source, at, statement }: Said): AgreementPlace {
  return { source, at, says: tellStatement(statement) }
}

function silent(source: AgreementSource): AgreementPlace {
  return { source, at: '', says: 'does not know it' }
}

const titles = { openapi: 'the document', policy: 'the policy', code: 'the code' } as const

function tell(
  kind: DisagreementKind,
  operation: string,
  [first, second]: readonly [AgreementPlace, AgreementPlace],
): Disagreement {
  const words = [first, second].map(
    ({ source, at, says }) => `${titles[source]} ${says}${at === '' || at === operation ? '' : ` (${at})`}`,
  )
  return { kind, operation, first, second, message: `${operation}: ${words.join(', ')}` }
}

function nameOf({ operation, guards: [guard] }: Route): string {
  if (operation) return `${operation.method} ${operation.path}`
  return guard ? `${guard.method.toUpperCase()} ${guard.path}` : ''
}

/** What is wrong with one place alone is told once, however many others it was compared with. */
function once(disagreements: readonly Disagreement[]): readonly Disagreement[] {
  const seen = new Set<string>()
  return disagreements.filter(({ kind, first, second }) => {
    const isAlone = kind === 'unknown_scope' || kind === 'more_than_token'
    const key = JSON.stringify([kind, first, isAlone ? '' : second])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
