export { buildCall, whyNoCall } from './call/build-call.ts'
export { guessesOf } from './call/operation-values.ts'
export { resolveSchema, type SchemaObject } from './call/resolve-schema.ts'
export {
  type CaseId,
  caseIds,
  clientCaseIds,
  resourceCaseIds,
  selfCaseIds,
  serverCaseIds,
} from './catalogue/case-id.ts'
export * from './catalogue/test-case.ts'
export { type ApiReading, readApi } from './discovery/openapi/read-api.ts'
export type { ReadApiOptions } from './discovery/openapi/read-api-options.ts'
export { type FoundReference, referencesIn } from './discovery/openapi/references.ts'
export * from './run/probe-context.ts'
export * from './run/run-record.ts'
export * from './secret/secret.ts'
export * from './target/api-operation.ts'
export * from './target/target.ts'
export * from './tokens/token.ts'
export * from './wire/exchange.ts'
