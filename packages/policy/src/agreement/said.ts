import type { Catalogue } from '@ambit/scope'
import type { ActionModel, PolicyModel } from '../model.ts'
import type { OpenApiOperation } from '../openapi/operation.ts'
import type { Route } from './match-routes.ts'
import {
  type AgreementSource,
  type RouteGuard,
  type Statement,
  statementOfNeeds,
  statementOfOperation,
} from './statement.ts'

/** What is compared: two or all three of a document, a policy, and what code guards. */
export type AgreementSources = {
  readonly catalogue: Catalogue
  /** What `readOperations` read. */
  readonly operations?: readonly OpenApiOperation[]
  readonly policy?: PolicyModel
  readonly routes?: readonly RouteGuard[]
  /** The policy's action of an operation, by `operationId` or as `GET /pets`; before what the document says. */
  readonly actionOf?: Readonly<Record<string, string>>
}

/** What one source says, and where. */
export type Said = { readonly source: AgreementSource; readonly at: string; readonly statement: Statement }

/** The policy's actions that a route is, as the document has it and as the code has it. */
export type RouteActions = { readonly byDocument: string | undefined; readonly byCode: readonly string[] }

/** Finds which actions a route is: what the caller says, then `x-ambit-action`, then an `operationId` that names one. */
export function actionsOf({ policy, actionOf = {} }: AgreementSources, { operation, guards }: Route): RouteActions {
  const byCode = [...new Set(guards.flatMap(guard => ('action' in guard ? [guard.action] : [])))]
  if (operation === undefined) return { byDocument: undefined, byCode }
  const { operationId = '', method, path, action } = operation
  const given = ownMember(actionOf, operationId) ?? ownMember(actionOf, `${method} ${path}`) ?? action
  return { byDocument: given ?? (policy?.actions.has(operationId) ? operationId : undefined), byCode }
}

function ownMember(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** What each source says about a route, the document first; a guard that asks the policy says what the policy says. */
export function statementsOf(sources: AgreementSources, route: Route): readonly Said[] {
  const { catalogue, policy } = sources
  const { byDocument, byCode } = actionsOf(sources, route)
  const names = new Set([...(byDocument === undefined ? [] : [byDocument]), ...byCode])
  return [
    ...(route.operation ? [saidByOperation(catalogue, route.operation)] : []),
    ...[...names].flatMap(name => policy?.actions.get(name) ?? []).map(saidByAction),
    ...route.guards.flatMap(guard => saidByGuard(catalogue, guard)),
  ]
}

function saidByOperation(catalogue: Catalogue, operation: OpenApiOperation): Said {
  const statement = statementOfOperation(catalogue, operation)
  return { source: 'openapi', at: operation.requirementPointer ?? operation.pointer, statement }
}

/** What a policy says about an action. */
export function saidByAction({ name, requirement }: ActionModel): Said {
  return { source: 'policy', at: name, statement: { kind: 'token', requirement } }
}

function saidByGuard(catalogue: Catalogue, guard: RouteGuard): readonly Said[] {
  if ('action' in guard) return []
  const statement: Statement = 'needs' in guard ? statementOfNeeds(catalogue, guard.needs) : { kind: 'public' }
  return [{ source: 'code', at: placeOf(guard), statement }]
}

/** Where a guard stands. */
export function placeOf({ method, path, place }: RouteGuard): string {
  return place ?? `${method.toUpperCase()} ${path}`
}
