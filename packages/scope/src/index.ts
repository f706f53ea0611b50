export type { Catalogue, ScopeReading } from './catalogue.ts'
export { CatalogueError, type CatalogueProblem } from './catalogue-error.ts'
export {
  beginDecision,
  decisionOf,
  keepWhere,
  limitTo,
  refusals,
  type ScopeDecision,
  type ScopeReason,
  type ScopeRefusal,
  type ScopeStage,
  type ScopeStep,
} from './decision.ts'
export type {
  CatalogueDeclaration,
  NameOf,
  ScopeConsent,
  ScopeDeclaration,
  ScopeDefinition,
  ScopeRisk,
  ScopeToken,
  VerbDeclaration,
} from './declaration.ts'
export { defineScopes } from './define-scopes.ts'
export { type LocalizedText, textFor } from './localized-text.ts'
export type { ParameterType } from './parameter.ts'
export {
  type AllOf,
  type Alternative,
  meets,
  type Needs,
  nearestAlternative,
  type Requirement,
  requirementOf,
} from './requirement.ts'
export type { Result } from './result.ts'
export type { ScopeSet } from './scope-set.ts'
export {
  DEFAULT_SCOPE_LIMITS,
  isScopeToken,
  parseScope,
  printScope,
  type ScopeLimits,
  type ScopeSyntaxError,
} from './scope-value.ts'
export { DEFAULT_VERBS } from './verbs.ts'
