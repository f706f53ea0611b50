export {
  type AgreementPlace,
  type Disagreement,
  type DisagreementKind,
  findDisagreements,
} from './agreement/find-disagreements.ts'
export type { AgreementSources } from './agreement/said.ts'
export type { AgreementSource, RouteGuard } from './agreement/statement.ts'
export type { Example } from './analysis/condition-search.ts'
export type { CoverageChange } from './analysis/coverage-changes.ts'
export { diff, type PolicyDiff, type ReachChange, type RuleChange, type RulesDiff } from './analysis/diff.ts'
export { type LeastScopes, type LeastScopesOptions, leastScopes } from './analysis/least-scopes.ts'
export { type OpeningCell, openingCells } from './analysis/opening-cells.ts'
export { type PictureMark, type PictureOptions, picture } from './analysis/picture.ts'
export { type Reach, reach } from './analysis/reach.ts'
export { type UnusedScope, unusedScopes } from './analysis/unused-scopes.ts'
export { type BoundaryCase, boundaryCases } from './boundary/boundary-cases.ts'
export type { Circumstances, Decision, TokenView } from './decision.ts'
export type { Action } from './declaration/action.ts'
export type { ActionTypes, CircumstancesFor, FactDeclaration } from './declaration/action-types.ts'
export type { Condition } from './declaration/condition.ts'
export { type PolicyBuilder, type PolicyOptions, policy } from './declaration/policy-builder.ts'
export { PolicyError, type PolicyProblem } from './declaration/policy-error.ts'
export type { Resource } from './declaration/resource.ts'
export { createEvaluator, type Evaluator, type EvaluatorOptions } from './evaluation/evaluator.ts'
export { type FactSource, type FactSubject, RequestFacts, type Timer } from './evaluation/request-facts.ts'
export {
  type ExplainedComparison,
  type ExplainedOutcome,
  type ExplainedRule,
  type Explanation,
  printDecision,
  printExplanation,
} from './explanation/explanation.ts'
export { printExpression } from './explanation/print-expression.ts'
export type { Attribute, Comparison, Expression, Level, Literal, Operand, Scalar, Source } from './expression.ts'
export { attributesIn, comparisonsIn, operandsOf, partsOf } from './expression-parts.ts'
export type { ActionModel, FactModel, PolicyModel, Rule } from './model.ts'
export { catalogueOf } from './openapi/catalogue-of.ts'
export { type Enforcement, enforcementOf } from './openapi/enforcement.ts'
export { pointerIn, valueAt } from './openapi/json-pointer.ts'
export type {
  OpenApiAlternative,
  OpenApiOperation,
  OpenApiProblem,
  OpenApiReading,
  OpenApiRequirement,
  OpenApiVersion,
  OtherCredential,
  SecurityScheme,
} from './openapi/operation.ts'
export { type ReadOptions, readOperations } from './openapi/read-operations.ts'
export { createRouteTable, type RouteMatch, type RouteOptions, type RouteTable } from './openapi/route-table.ts'
export type { ActionOf, AnyPolicy, CircumstancesOf, Policy } from './policy.ts'
export {
  type KnownCircumstances,
  type Remaining,
  type RemainingRule,
  type Residual,
  residualOf,
} from './residual/residual.ts'
