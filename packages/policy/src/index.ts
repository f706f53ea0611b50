export type { Circumstances, Decision, TokenView } from './decision.ts'
export type { Comparison, Expression, Operand, Scalar, Source } from './expression.ts'
export type { ActionModel, FactModel, PolicyModel, Rule } from './model.ts'
