export type { Circumstances, Decision, TokenView } from './decision.ts'
export type { Comparison, Expression, Operand, Scalar, Source } from './expression.ts'
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
