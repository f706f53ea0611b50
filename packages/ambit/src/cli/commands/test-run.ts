import { concealerOf, wantsColor } from '@ambit/tester'
import type { OpenedTest, TestRequest } from '../../tester/open-test.ts'
import { type Display, openDisplay } from '../../tester/progress-display.ts'
import { type ProvenHosts, proveHosts } from '../../tester/prove-hosts.ts'
import { acceptFindings, readBaseline, readExpiry, reportRun } from '../../tester/report-run.ts'
import { runTest } from '../../tester/run-test.ts'
import { type CliIo, type CommandInput, exitCodes, fail } from '../command.ts'
import { version } from '../version.ts'
import type { Stops } from './test-stops.ts'

/** Could not judge: the same number as wrong usage, as a script must look at it either way. */
export const unjudged = exitCodes.usage

type Running = { readonly input: CommandInput; readonly io: CliIo; readonly stops: Stops }

const noHosts: ProvenHosts = { hosts: new Set(), problems: [] }

/** Runs what was opened, writes its reports, and answers the exit code. */
export async function runOpened(opened: OpenedTest, request: TestRequest, running: Running): Promise<number> {
  const { input, io, stops } = running
  const { config } = request
  const isUpdated = input.flag('updateBaseline')
  const baseline = readBaseline(config.baseline, isUpdated)
  const accepting = isUpdated ? acceptingOf(input, io) : undefined
  if (isUpdated && (config.baseline === undefined || accepting === undefined))
    return fail(io, '`--update-baseline` wants `--baseline <file>` and `--reason <text>`', exitCodes.usage)
  // reading sends nothing to anybody, so nobody is asked
  const { hosts, problems } = request.extent.isStatic
    ? noHosts
    : await proveHosts(opened.plan.target, config.ownership, opened.send)
  if (problems.length > 0) return fail(io, problems.join('\nambit: '), unjudged)
  const isWhole = isWholeRun(request)
  const display = displayOf(config, running)
  const journal = input.text('resume')
  const { record, left } = await stops.during(display, () =>
    runTest(opened, {
      config,
      provenHosts: hosts,
      environment: io.environment,
      version: version(),
      onEvent: display.onEvent,
      signal: stops.signal,
      abandon: stops.abandon,
      ...(journal !== undefined && { journal }),
    }),
  )
  const { exit, hasLeak, summary, json } = await reportRun(withNotes(record, opened.notes), {
    config,
    target: opened.plan.target,
    left,
    baseline,
    isWhole,
    version: version(),
    width: io.columns?.() ?? 80,
    hasColor: wantsColor(io.environment, io.isTerminal),
  })
  if (input.flag('json')) io.out(json ?? '')
  else io.out(summary)
  if (config.baseline !== undefined && accepting !== undefined && !hasLeak) {
    io.err(
      `ambit: ${await acceptFindings(record, { ...accepting, path: config.baseline, before: baseline, isWhole })}\n`,
    )
    return exitCodes.done
  }
  if (exit.code !== 0 || !input.flag('quiet')) io.err(`ambit: exit ${exit.code}: ${exit.why}\n`)
  return exit.code
}

function isWholeRun({ extent, selection: { only = [], skip = [], shard } }: TestRequest): boolean {
  return !extent.isStatic && only.length + skip.length === 0 && shard === undefined
}

function acceptingOf(input: CommandInput, { environment }: CliIo) {
  const reason = input.text('reason')
  const acceptedBy = input.text('acceptedBy') ?? environment['USER'] ?? environment['USERNAME'] ?? 'somebody'
  return reason === undefined ? undefined : { reason, acceptedBy, expires: readExpiry(input.text('expires')) }
}

function withNotes<R extends { readonly notes: readonly string[] }>(record: R, notes: readonly string[]): R {
  return { ...record, notes: [...notes, ...record.notes] }
}

function displayOf(config: TestRequest['config'], { input, io }: Running): Display {
  const isJson = input.flag('json')
  const isLive = io.isTerminal && !isJson && io.environment['TERM'] !== 'dumb'
  return openDisplay({
    // a live display belongs to the terminal, plain lines beside the result
    write: isLive ? io.out : io.err,
    kind: input.flag('quiet') ? 'none' : isLive ? 'live' : 'plain',
    width: () => io.columns?.() ?? 80,
    hasColor: wantsColor(io.environment, io.isTerminal),
    locale: config.locale ?? Intl.DateTimeFormat().resolvedOptions().locale,
    now: Date.now,
    every: (milliseconds, draw) => {
      const timer = setInterval(draw, milliseconds)
      return () => clearInterval(timer)
    },
    conceal: concealerOf(config.secrets),
  })
}
