export { buildCall, whyNoCall } from './call/build-call.ts'
export { guessesOf } from './call/operation-values.ts'
export { resolveSchema, type SchemaObject } from './call/resolve-schema.ts'
export { allCases } from './cases/all-cases.ts'
export { type ListeningHostile, listenHostile } from './cases/client/node/listen-hostile.ts'
export {
  type CaseId,
  caseIds,
  clientCaseIds,
  resourceCaseIds,
  selfCaseIds,
  serverCaseIds,
} from './catalogue/case-id.ts'
export * from './catalogue/test-case.ts'
export { documentOfRoutes, type RouteDocument } from './discovery/code/document-of-routes.ts'
export type { GuardRule, GuardRules } from './discovery/code/guards/guard.ts'
export { type ReadSourceOptions, readSourceFiles, type SourceReading } from './discovery/code/node/read-source-files.ts'
export { operationsOfRoutes } from './discovery/code/operations-of-routes.ts'
export { type CodeReading, type ReadRoutesOptions, readRoutes } from './discovery/code/read-routes.ts'
export type { CodeNote, SourceFile } from './discovery/code/source.ts'
export {
  type ObservedOptions,
  type ObservedReading,
  readObservedCalls,
} from './discovery/observed/read-observed-calls.ts'
export { type ApiReading, readApi } from './discovery/openapi/read-api.ts'
export type { ReadApiOptions } from './discovery/openapi/read-api-options.ts'
export { type FoundReference, referencesIn } from './discovery/openapi/references.ts'
export { type ExitOutcome, type ExitRules, exitCodeOf } from './judge/exit-code.ts'
export { type CanarySettings, type OpenCanary, openCanary } from './node/canary.ts'
export { createSend, type RawSend, type SendSettings } from './node/raw-send.ts'
export { makeShownCertificate } from './node/self-signed.ts'
export { makeKeyPair } from './node/signing-key.ts'
export {
  type Acceptance,
  type AcceptedFinding,
  type Baseline,
  type BaselineUpdate,
  dayOf,
  emptyBaseline,
  printBaseline,
  updateBaseline,
} from './report/baseline/baseline.ts'
export { type BaselineReading, parseBaseline, problemsOfDay } from './report/baseline/read-baseline.ts'
export type { JsonFinding, JsonReport, JsonResult } from './report/json.ts'
export { type Artefact, type Leak, type LeakSearch, searchForSecrets } from './report/leak-search.ts'
export { createMask, type Mask, type MaskedExchange, type MaskOptions } from './report/mask/mask.ts'
export { readArtefacts, removeArtefacts, writeArtefacts } from './report/node/write-artefacts.ts'
export {
  type Rendering,
  type RenderOptions,
  type ReportFormat,
  renderRun,
  reportFormats,
} from './report/render-run.ts'
export type { Report, ReportFinding, ReportOptions, ReportResult } from './report/report.ts'
export type { Summary } from './report/summary.ts'
export { wantsColor } from './report/terminal/ink.ts'
export {
  initialProgress,
  liveLines,
  type Progress,
  type ProgressOptions,
  plainLine,
  progressAfter,
} from './report/terminal/progress.ts'
export { printTerminal, type TerminalOptions } from './report/terminal/terminal.ts'
export { type RunClock, waitOn } from './run/clock.ts'
export type { RunParts, RunTokens } from './run/context.ts'
export { countsOf, type PlanCounts } from './run/count-plan.ts'
export { type JournalHead, journalHead } from './run/journal.ts'
export {
  defaultSeed,
  makePlan,
  type Plan,
  type PlannedProbe,
  type PlanOutcome,
  type Selection,
} from './run/make-plan.ts'
export { concealerOf } from './run/message.ts'
export { type JournalFile, type JournalOpening, openJournalFile } from './run/node/journal-file.ts'
export { systemClock } from './run/node/system-clock.ts'
export { type HostProof, originsToProve, type ProofParts, proofFor, proofPath, proveHost } from './run/own-host.ts'
export type { Pacing } from './run/paced-send.ts'
export * from './run/probe-context.ts'
export { type RunOptions, runPlan } from './run/run-plan.ts'
export * from './run/run-record.ts'
export { createRunWire, type RunWire, type WireParts } from './run/run-wire.ts'
export * from './secret/secret.ts'
export * from './target/api-operation.ts'
export * from './target/target.ts'
export {
  chooseFlows,
  discouragedGrants,
  type FlowChoice,
  type FlowChoices,
  type FlowName,
  type FlowOptions,
  notesOn,
  sentenceOf,
} from './tokens/choose-flow.ts'
export { createFormLogin, type FormLoginParts } from './tokens/form-login.ts'
export { type FrontChannel, originsOf, type Visit } from './tokens/front-channel.ts'
export { leastScopeOf } from './tokens/least-scope.ts'
export { fetchMetadata, type MetadataOutcome } from './tokens/metadata.ts'
export { type BrowserLoginParts, createBrowserLogin } from './tokens/node/browser-login.ts'
export { makeVaultKey, openSealedFile, readVaultKey, type VaultKey } from './tokens/node/sealed-file.ts'
export type { LoginStep } from './tokens/page-answer.ts'
export { type Peculiarities, peculiaritiesOf } from './tokens/peculiarities.ts'
export { recognizeProvider } from './tokens/recognize-provider.ts'
export type { CloseReport } from './tokens/revoke-all.ts'
export type { ServerAccess } from './tokens/server-access.ts'
export { createServerTools, type ServerToolsParts } from './tokens/server-tools.ts'
export type { TokenSourceParts } from './tokens/source-state.ts'
export * from './tokens/token.ts'
export { createTokenSource, type ManagedTokenSource } from './tokens/token-source.ts'
export { type TrackParts, trackIssued } from './tokens/track-issued.ts'
export type { SealedText } from './tokens/vault.ts'
export * from './wire/exchange.ts'
export { problemOfField } from './wire/write-request.ts'
