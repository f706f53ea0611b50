export { CedarError } from './cedar-error.ts'
export { type CedarJudge, cedarJudge } from './cedar-judge.ts'
export type { CedarAnswer, CedarCall, CedarModule, CedarPolicySet, CedarUid, CedarValue } from './cedar-module.ts'
