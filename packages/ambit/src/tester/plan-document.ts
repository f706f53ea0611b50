import {
  type ApiOperation,
  type ApiTarget,
  alternativesOf,
  type CaseId,
  chooseFlows,
  countsOf,
  discouragedGrants,
  type FlowOptions,
  guessesOf,
  leastScopeOf,
  originsToProve,
  type Plan,
  type PowerLevel,
  type ReportFormat,
  type ServerTarget,
  type Severity,
  sentenceOf,
  whyNoCall,
} from '@ambit/tester'

/** One operation in a plan. */
export type PlannedOperation = {
  readonly operation: string
  readonly operationId?: string
  /** `public`: nothing is wanted; `optional`: a token may be sent; `closed`: no token opens it. */
  readonly access: 'public' | 'optional' | 'token' | 'closed'
  /** Any one of these sets of scopes opens it. */
  readonly needs: readonly (readonly string[])[]
  /** The set that it is called with. */
  readonly leastScope: readonly string[]
  readonly isWrite: boolean
  readonly tests: number
  readonly skips: number
  /** Values of the call that nobody gave, so that they had to be made up. */
  readonly madeUp: readonly string[]
  /** Why it cannot be called at all. */
  readonly problem?: string
}

/**
 * What a run would do. Members are added in later versions of the program without a new `version`; one is never removed, renamed
 * or given another meaning without it.
 */
export type PlanDocument = {
  readonly version: 1
  readonly title: string
  readonly origin?: string
  readonly issuer?: string
  readonly levels: readonly PowerLevel[]
  readonly mayWrite: boolean
  readonly seed: string
  readonly tests: number
  readonly skips: number
  /** Tests that may change something. */
  readonly writes: number
  /** Operations that are called with a good token first and last. */
  readonly controls: number
  readonly operations: readonly PlannedOperation[]
  readonly cases: readonly {
    readonly case: CaseId
    readonly title: string
    readonly severity: Severity
    readonly level: PowerLevel
    readonly tests: number
    readonly skips: number
  }[]
  /** Why something is not tried, the most frequent reason first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number; readonly cases: readonly CaseId[] }[]
  /** How tokens are got, and for how many operations. */
  readonly flows: readonly { readonly flow: string; readonly operations: number }[]
  readonly files: Readonly<Partial<Record<ReportFormat, string>>>
  readonly notes: readonly string[]
}

/** What a plan is told with. */
export type PlanSurroundings = {
  readonly flows: FlowOptions
  readonly files: PlanDocument['files']
  readonly notes: readonly string[]
  readonly isOffline: boolean
}

/** Tells what a run would do. Pure: nothing is sent. */
export function planDocument(plan: Plan, title: string | undefined, around: PlanSurroundings): PlanDocument {
  const { api, server, levels, mayWrite } = plan.target
  const counts = countsOf(plan)
  const byCase = new Map(counts.cases.map(each => [each.caseId, each]))
  const byOperation = new Map(counts.operations.map(each => [each.operation, each]))
  return {
    version: 1,
    title: title ?? api?.title ?? server?.issuer ?? 'a plan',
    ...(api && { origin: api.origin }),
    ...(server && { issuer: server.issuer }),
    levels: [...levels],
    mayWrite,
    seed: plan.seed,
    tests: counts.probes,
    skips: counts.skips,
    writes: counts.writes,
    controls: counts.controls,
    operations: (api?.operations ?? []).flatMap(operation =>
      api === undefined ? [] : [plannedOperation(operation, api, byOperation.get(operation.key))],
    ),
    cases: plan.cases.map(({ id, title: words, severity, level }) => {
      const { probes: tests = 0, skips = 0 } = byCase.get(id) ?? {}
      return { case: id, title: words, severity, level, tests, skips }
    }),
    reasons: counts.reasons,
    flows: api && server ? flowsOf(api, server, around) : [],
    files: around.files,
    notes: [...around.notes, ...(server ? discouragedGrants(server) : []), ...hintsOf(plan)],
  }
}

/** What opens many more tests, and what a run wants before. */
function hintsOf({ target }: Plan): readonly string[] {
  const { server, levels } = target
  const strange = originsToProve(target).map(origin => `\`${new URL(origin).hostname}\``)
  return [
    ...(levels.has('L0')
      ? []
      : ['most tests need tokens: `--issuer` and `--client-id` say where they come from, or the configuration does']),
    ...(server?.isUnderTest === false ? ['the authorization server itself is tested with `--server`'] : []),
    ...(strange.length > 0 ? [`before anything is sent, ${strange.join(' and ')} must show that you own it`] : []),
  ]
}

type Counted = { readonly probes: number; readonly skips: number }

function plannedOperation(
  operation: ApiOperation,
  api: ApiTarget,
  { probes: tests, skips }: Counted = { probes: 0, skips: 0 },
): PlannedOperation {
  const { key, operationId, enforcement, isWrite } = operation
  const problem = whyNoCall(operation)
  return {
    operation: key,
    ...(operationId !== undefined && { operationId }),
    access: enforcement.kind === 'refused' ? 'closed' : enforcement.kind,
    needs: alternativesOf(operation),
    leastScope: leastScopeOf(api, operation),
    isWrite,
    tests,
    skips,
    madeUp: guessesOf(operation),
    ...(problem !== undefined && { problem }),
  }
}

function flowsOf(api: ApiTarget, server: ServerTarget, { flows, isOffline }: PlanSurroundings): PlanDocument['flows'] {
  const guarded = api.operations.filter(({ enforcement }) => enforcement.kind === 'token')
  if (isOffline)
    return [{ flow: 'not chosen, since the server was not asked what it offers', operations: guarded.length }]
  const sentences = guarded.map(operation => {
    const { resource } = operation
    const scope = leastScopeOf(api, operation)
    const { choices, reasons } = chooseFlows({ scope, ...(resource && { resource }) }, server, flows)
    const [first] = choices
    return first === undefined ? `none: ${reasons.join('; ')}` : sentenceOf(first, server)
  })
  return [...Map.groupBy(sentences, flow => flow)].map(([flow, same]) => ({ flow, operations: same.length }))
}
