// RFC 6749 §4.1, RFC 7009 §2
import { rmSync } from 'node:fs'
import {
  type Artefact,
  createMask,
  createRunWire,
  createServerTools,
  createTokenSource,
  type JournalFile,
  type JournalOpening,
  journalHead,
  type Mask,
  openCanary,
  openJournalFile,
  type Plan,
  type RunClock,
  type RunEvent,
  type RunParts,
  type RunRecord,
  type RunWire,
  readArtefacts,
  runPlan,
  type Secret,
  systemClock,
  type Target,
  waitOn,
} from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'
import { formLogin, openFront } from './logins.ts'
import type { OpenedTest } from './open-test.ts'
import { sealedTokens } from './sealed-tokens.ts'
import type { TestConfig } from './test-config.ts'

/** How a run goes. */
export type RunSettings = {
  readonly config: TestConfig
  /** Names of hosts that are proven to be the user's. */
  readonly provenHosts: ReadonlySet<string>
  /** A file that holds the results until the run is whole, so that another run can go on from there. */
  readonly journal?: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly version: string
  readonly onEvent: (event: RunEvent) => void
  /** Stops the run. */
  readonly signal: AbortSignal
  /** Stops the cleaning up as well. */
  readonly abandon: AbortSignal
  /** The time of the run; the machine's where it is left out. */
  readonly clock?: RunClock
}

/** A record, and what the run has left on disk beside reports. */
export type RunOutcome = { readonly record: RunRecord; readonly left: readonly Artefact[] }

/**
 * Runs a plan: tokens are got and revoked, what was made is removed.
 * @throws {ConfigError} where the journal belongs to another run
 */
export async function runTest({ plan, send }: OpenedTest, settings: RunSettings): Promise<RunOutcome> {
  const { config, provenHosts, onEvent, signal, abandon, clock = systemClock } = settings
  const { target } = plan
  const { secrets } = config
  const journal = openJournal(plan, settings)
  const canary = await openCanary(config.canary)
  try {
    const wire = createRunWire({ send, clock, target, provenHosts, pacing: pacingOf(settings) })
    const parts: RunParts = { ...makeTools(target, wire, settings), target, secrets, wire, clock, canary }
    const record = await runPlan(plan, parts, {
      ...(config.title !== undefined && { title: config.title }),
      concurrency: config.concurrency,
      timeLimit: config.timeout * 1000,
      onEvent,
      signal,
      abandon,
      ...(journal && { journal }),
    })
    const note = closeJournal(journal)
    const known = note === undefined ? record : { ...record, notes: [...record.notes, note] }
    return { record: known, left: await leftBy(record, settings) }
  } finally {
    await canary.close()
  }
}

/** Closes a journal; one that cannot be written to its end must not cost the result of a whole run. */
function closeJournal(journal: JournalFile | undefined): string | undefined {
  try {
    journal?.close()
    return undefined
  } catch (error) {
    return `the journal could not be written, so nobody can go on from there: ${error instanceof Error ? error.message : 'unknown error'}`
  }
}

function pacingOf({ config, onEvent }: RunSettings) {
  const { rate } = config
  const onSlowed = (perSecond: number, why: string) => onEvent({ kind: 'slowed', perSecond, why })
  return { ...(rate !== undefined && { most: rate }), onSlowed }
}

/** Where tokens come from, and what cases against the server work with. */
function makeTools(
  target: Target,
  wire: RunWire,
  { config, journal, environment, clock = systemClock }: RunSettings,
): Pick<RunParts, 'tokens' | 'serverTools'> {
  const { login, secrets } = config
  const { send } = wire
  const { now } = clock
  const wait = (milliseconds: number, signal?: AbortSignal) => waitOn(clock, milliseconds, signal)
  const { server } = target
  const front = openFront({ login, server, secrets, send, now })
  const sealed = journal === undefined ? undefined : sealedTokens(journal, environment)
  const tokens = createTokenSource({
    target,
    send,
    secrets,
    now,
    wait,
    front,
    flows: login.flows,
    ...(sealed && { sealed }),
  })
  if (server === undefined) return { tokens }
  return {
    tokens,
    serverTools: (own, nonces) =>
      createServerTools({
        server,
        nonces,
        send: own,
        secrets,
        now,
        wait,
        front: formLogin({ login, server, secrets, send: own, now }),
      }),
  }
}

function openJournal(plan: Plan, settings: RunSettings): JournalFile | undefined {
  const { journal: path, config, version } = settings
  if (path === undefined) return undefined
  const opening = openOrExplain(path, () =>
    openJournalFile(path, journalHead(plan, version), () => maskOf(plan.target, config.secrets.all())),
  )
  if (opening.kind === 'open') return opening.journal
  throw new ConfigError([{ path: '--resume', message: opening.problem }], 'the journal')
}

/** A file that cannot be read or written is a wrong place for a journal, which the user chose. */
function openOrExplain(path: string, open: () => JournalOpening): JournalOpening {
  try {
    return open()
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error'
    return { kind: 'refused', problem: `\`${path}\` cannot be used: ${why}` }
  }
}

/** Prepares masking of whatever is shown of a target. */
export function maskOf({ api, server }: Target, secrets: readonly Secret[]): Mask {
  const places = [api?.origin, api?.plainOrigin, server?.issuer].flatMap(
    place => URL.parse(place ?? '')?.hostname ?? [],
  )
  return createMask({ secrets, operations: api?.operations ?? [], hosts: [...new Set(places)] })
}

/** The journal of a whole run has done its work; that of a cut one stays. */
async function leftBy({ isCut }: RunRecord, { journal }: RunSettings): Promise<readonly Artefact[]> {
  if (journal === undefined) return []
  if (isCut) return readArtefacts([journal])
  rmSync(journal, { force: true })
  return []
}
