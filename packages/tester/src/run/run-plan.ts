import { accepted, complaintOf } from '../judge/complaint.ts'
import { foldResults } from '../judge/fold.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import type { Target } from '../target/target.ts'
import { createCleanup } from './cleanup.ts'
import type { RunParts } from './context.ts'
import { type ControlOutcome, isPositive, tryControl, underFailedControl } from './control.ts'
import { createGate, type Gate } from './gate.ts'
import type { Plan, PlannedProbe } from './make-plan.ts'
import { concealerOf, messageOf } from './message.ts'
import { runProbe, type Workshop, workIn } from './run-probe.ts'
import type { ProbeResult, RunEvent, RunRecord } from './run-record.ts'
import { type Group, scheduleOf } from './schedule.ts'
import { deleteMade, deletionOf } from './undo-create.ts'

/** How a plan is run. */
export type RunOptions = {
  readonly title?: string
  /** Probes at the same time (default: 8). */
  readonly concurrency?: number
  /** Milliseconds after which a probe is given up that neither sends nor waits for anything (default: 120,000). */
  readonly timeLimit?: number
  /** Milliseconds for undoing one thing at the end (default: 10,000). */
  readonly cleanupLimit?: number
  readonly onEvent?: (event: RunEvent) => void
  /** Stops the run; what was begun is undone, and the record says that it is cut. */
  readonly signal?: AbortSignal
  /** Stops the undoing as well. */
  readonly abandon?: AbortSignal
  /** Results of an earlier, cut run of the same plan, and where each new one goes. */
  readonly journal?: {
    readonly done: readonly ProbeResult[]
    readonly append: (result: ProbeResult) => void | Promise<void>
  }
}

/** Runs a plan and gives its record. It never throws for what a probe or the target does. */
export async function runPlan(plan: Plan, parts: RunParts, options: RunOptions = {}): Promise<RunRecord> {
  const { signal = new AbortController().signal, onEvent = () => {}, cleanupLimit = 10_000, abandon } = options
  const startedAt = parts.clock.now()
  const conceal = concealerOf(parts.secrets)
  const cleanup = createCleanup({ clock: parts.clock, timeLimit: cleanupLimit, onEvent, conceal })
  const shop: Workshop = {
    parts,
    conceal,
    signal,
    seed: plan.seed,
    timeLimit: options.timeLimit ?? 120_000,
    onEnd: (what, undo) => cleanup.add(what, undo),
    nonces: new Map(),
  }
  onEvent({ kind: 'planned', probes: plan.probes.length, skips: plan.skips.length })
  const run = new PlanRun(plan, shop, { ...options, onEvent })
  const others: PlanRun[] = []
  cleanup.add('revoke the tokens of the run', () => closeTokens(parts.tokens), limitsForTokens)
  // whatever breaks, tokens are revoked
  const broken = await runAll(plan, run, more => {
    const other = new PlanRun({ ...plan, probes: more }, shop, { ...options, onEvent })
    others.push(other)
    onEvent({ kind: 'planned', probes: plan.probes.length + more.length, skips: plan.skips.length })
    return other.all()
  }).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  const problems = await cleanup.run(abandon)
  if (broken !== undefined) throw broken.error
  const left = problems.map(problem => `something was left behind: ${problem}`)
  const record = { ...aboutTarget(plan.target), ...together(run, ...others), startedAt, endedAt: parts.clock.now() }
  const { results } = record
  const notes = others.length === 0 ? record.notes : [...record.notes, noteOn(openOperations(results))]
  return {
    ...record,
    title: options.title ?? plan.target.api?.title ?? plan.target.server?.issuer ?? 'a run of tests',
    seed: plan.seed,
    cases: plan.cases,
    skips: plan.skips,
    findings: foldResults(results, plan.cases, plan.target.api?.operations ?? []),
    latencies: parts.wire.latencies(),
    notes: [...notes, ...left],
  }
}

/** Runs a plan; where operations are open that stood for their guard, what is about the guard is tried on others as well. */
async function runAll(
  { beyond }: Plan,
  run: PlanRun,
  goOn: (more: readonly PlannedProbe[]) => Promise<void>,
): Promise<void> {
  await run.all()
  const { results, isCut } = run.record()
  const more = isCut ? [] : (beyond?.(openOperations(results)) ?? [])
  if (more.length > 0) await goOn(more)
}

function together(...runs: readonly PlanRun[]): Pick<RunRecord, 'results' | 'notes' | 'isCut'> {
  const records = runs.map(each => each.record())
  return {
    results: records.flatMap(({ results }) => results),
    notes: records.flatMap(({ notes }) => notes),
    isCut: records.some(({ isCut }) => isCut),
  }
}

/** Operations that let in who has no token: whatever is sent there says nothing of the guard. */
function openOperations(results: readonly ProbeResult[]): ReadonlySet<string> {
  const open = results.filter(result => result.caseId === 'RS-TOK-01' && complaintOf(result) === accepted)
  return new Set(open.flatMap(({ operation = [] }) => operation))
}

function noteOn(open: ReadonlySet<string>): string {
  const [verb, their] = open.size === 1 ? ['lets', 'its'] : ['let', 'their']
  return `${[...open].join(', ')} ${verb} everybody in, so what is about ${their} guard was tried elsewhere as well`
}

/** Revoking is as many requests as there are tokens. */
const limitsForTokens = 6

async function closeTokens({ close }: RunParts['tokens']): Promise<void> {
  const { left = [] } = (await close?.()) ?? {}
  const reasons = left.map(({ what, reason }) => `${what} (${reason})`)
  if (reasons.length > 0) throw new Error(`not revoked: ${[...new Set(reasons)].join('; ')}`)
}

function aboutTarget({ api, server }: Target): Pick<RunRecord, 'api' | 'issuer'> {
  return {
    ...(api === undefined ? {} : { api: { title: api.title, origin: api.origin, operations: api.operations } }),
    ...(server === undefined ? {} : { issuer: server.issuer }),
  }
}

/** What a run knows while it goes on. */
class PlanRun {
  readonly #plan: Plan
  readonly #shop: Workshop
  readonly #options: RunOptions & { readonly onEvent: (event: RunEvent) => void }
  readonly #gate: Gate
  readonly #concurrency: number
  /** Final results by name. */
  readonly #results = new Map<string, ProbeResult>()
  /** Results that wait for the control of an operation that writes, by its key. */
  readonly #waiting = new Map<string, ProbeResult[]>()
  /** The control that a probe asks for, by its name. */
  readonly #controls: ReadonlyMap<string, string>
  readonly #notes: string[] = []
  #hasLostJournal = false

  constructor(plan: Plan, shop: Workshop, options: RunOptions & { readonly onEvent: (event: RunEvent) => void }) {
    this.#plan = plan
    this.#shop = shop
    this.#options = options
    this.#concurrency = Math.max(1, options.concurrency ?? 8)
    this.#gate = createGate(this.#concurrency)
    this.#controls = new Map(
      plan.probes.flatMap(({ name, probe: { control } }) => (control === undefined ? [] : [[name, control]])),
    )
    const planned = new Set(plan.probes.map(({ name }) => name))
    for (const result of options.journal?.done ?? [])
      if (planned.has(result.name)) this.#results.set(result.name, result)
    if (this.#results.size > 0)
      this.#notes.push(`${this.#results.size} results are from the run that this one goes on with`)
  }

  async all(): Promise<void> {
    const probes = this.#plan.probes.filter(({ name }) => !this.#results.has(name))
    for (const { groups, isSerial } of scheduleOf({ ...this.#plan, probes })) {
      const gate = createGate(isSerial ? 1 : this.#concurrency)
      await Promise.all(groups.map(group => gate.enter(() => this.#group(group))))
    }
    // deleting while going through a map is fine
    for (const key of this.#waiting.keys()) await this.#settle(key, stopped, false)
  }

  record(): Pick<RunRecord, 'results' | 'notes' | 'isCut'> {
    const results = this.#plan.probes.flatMap(({ name }) => this.#results.get(name) ?? [])
    const missing = this.#plan.probes.length - results.length
    const cut = missing > 0 ? [`the run was stopped before its end: ${missing} tests were not made`] : []
    return { results, notes: [...this.#notes, ...cut], isCut: this.#shop.signal.aborted }
  }

  async #group({ probes, control, when }: Group): Promise<void> {
    if (this.#shop.signal.aborted) return
    const before = when === 'around' && control !== undefined ? await this.#control(control, 'before') : held
    const results = (await Promise.all(probes.map(probe => this.#probe(probe)))).filter(result => result !== undefined)
    if (control === undefined) return this.#finish(results.map(result => this.#withoutControl(result)))
    if (when === 'last') return this.#finishLast({ probes, control, when }, results)
    const after = before.kind === 'held' ? await this.#control(control, 'after') : before
    // the after-control is what proves that the refusals were no accident
    if (this.#shop.signal.aborted) return this.#keepProven(results, stopped)
    await this.#finish(results.map(result => (after.kind === 'failed' ? underFailedControl(result, after) : result)))
  }

  /** A control that is no operation of the target can never hold. */
  #withoutControl(result: ProbeResult): ProbeResult {
    const control = this.#controls.get(result.name)
    if (control === undefined) return result
    return underFailedControl(result, {
      kind: 'failed',
      reason: `cannot be made: \`${control}\` is no operation of the API`,
    })
  }

  /** Results on an operation that writes wait until its control is made, which is the last thing of all. */
  async #finishLast({ probes, control }: Group, results: readonly ProbeResult[]): Promise<void> {
    if (control === undefined) return
    const isLast = probes.every(({ probe }) => probe.control === undefined)
    const controlled = isLast ? [] : results
    if (isLast) await this.#finish(results)
    this.#waiting.set(control.key, [...(this.#waiting.get(control.key) ?? []), ...controlled])
    if (!isLast) return
    const known = [...this.#results.values(), ...(this.#waiting.get(control.key) ?? [])]
    const isShown = known.some(result => result.operation === control.key && isPositive(result))
    const outcome = isShown ? held : await this.#control(control, 'last')
    await this.#settle(control.key, this.#shop.signal.aborted ? stopped : outcome, !this.#shop.signal.aborted)
  }

  async #settle(key: string, outcome: ControlOutcome, isFinal: boolean): Promise<void> {
    const results = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    if (!isFinal && outcome.kind === 'failed') return this.#keepProven(results, outcome)
    await this.#finish(
      results.map(result => (outcome.kind === 'failed' ? underFailedControl(result, outcome) : result)),
    )
  }

  /** Of a run that was stopped before the control, only what stands without one is kept. */
  async #keepProven(
    results: readonly ProbeResult[],
    outcome: ControlOutcome & { readonly kind: 'failed' },
  ): Promise<void> {
    await this.#finish(results.filter(result => underFailedControl(result, outcome) === result))
  }

  async #probe(planned: PlannedProbe): Promise<ProbeResult | undefined> {
    const work = async () => {
      if (this.#shop.signal.aborted) return undefined
      this.#options.onEvent({ kind: 'started', name: planned.name })
      return runProbe(planned, this.#shop)
    }
    const result = await this.#gate.enter(work, planned.probe.isExclusive === true)
    if (result?.doubt === 'test') this.#notes.push(`${result.name}: ${result.reason}`)
    return result
  }

  async #control(operation: ApiOperation, when: 'before' | 'after' | 'last'): Promise<ControlOutcome> {
    const name = `control ${when} · ${operation.key}`
    const tried = await this.#gate.enter(() => workIn(name, context => this.#try(operation, context), this.#shop))
    if (tried.kind === 'stopped') return stopped
    const outcome: ControlOutcome = tried.kind === 'done' ? tried.value : { kind: 'failed', reason: tried.reason }
    if (outcome.kind === 'held') return outcome
    const reason = when === 'after' ? `${outcome.reason}, although it had been accepted before` : outcome.reason
    this.#notes.push(
      `${operation.key}: the call with a good token ${reason}, so nothing that was refused there proves anything`,
    )
    return { ...outcome, reason }
  }

  async #try(operation: ApiOperation, context: Parameters<typeof tryControl>[1]): Promise<ControlOutcome> {
    const outcome = await tryControl(operation, context, this.#shop.parts.tokens.renew)
    const { api } = this.#plan.target
    const made = api === undefined || outcome.exchange === undefined ? undefined : deletionOf(outcome.exchange, api)
    if (api === undefined || made === undefined || !this.#plan.target.mayWrite) return outcome
    context.onEnd(`delete ${made.target}, which a control made`, () => deleteMade(made, api, context))
    return outcome
  }

  async #finish(results: readonly ProbeResult[]): Promise<void> {
    for (const result of results) {
      this.#results.set(result.name, result)
      await this.#note(result)
      this.#options.onEvent({ kind: 'finished', result })
    }
  }

  /** A full disk must not keep the run from revoking its tokens: it goes on without its journal. */
  async #note(result: ProbeResult): Promise<void> {
    if (this.#hasLostJournal) return
    try {
      await this.#options.journal?.append(result)
    } catch (problem) {
      this.#hasLostJournal = true
      const why = this.#shop.conceal(messageOf(problem))
      this.#notes.push(`the journal could not be written, so nobody can go on from there: ${why}`)
    }
  }
}

const held: ControlOutcome = { kind: 'held' }
const stopped = { kind: 'failed', reason: 'was not made before the run was stopped' } as const
