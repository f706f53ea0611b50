export type { HeldToken, TokenSource } from './held-token.ts'
export { StepUpError, type StepUpFailure } from './step-up-error.ts'
export { createStepUpFetch, type StepUpFetch, type StepUpFetchOptions } from './step-up-fetch.ts'
export { authorizationParameters, type TokenAsk } from './token-ask.ts'
