import type { Verdict } from '../../catalogue/test-case.ts'
import type { RunEvent } from '../../run/run-record.ts'
import { printableLine } from '../printable.ts'
import { createInk, cutTo } from './ink.ts'

/** How far a run is. */
export type Progress = {
  readonly planned: number
  readonly skips: number
  readonly done: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** What is being tried, the newest last. */
  readonly running: readonly string[]
  readonly startedAt: number
  /** When the last probes were done, to tell the rate of now and not of the whole. */
  readonly recent: readonly number[]
  readonly slowed?: { readonly perSecond: number; readonly why: string }
  readonly cleaning?: string
}

/** A run that has not begun. */
export function initialProgress(startedAt: number): Progress {
  const verdicts = { pass: 0, fail: 0, warn: 0, inconclusive: 0, not_applicable: 0 }
  return { planned: 0, skips: 0, done: 0, verdicts, running: [], startedAt, recent: [] }
}

const remembered = 40

/** How far a run is after an event; `at` in milliseconds since the epoch. */
export function progressAfter(before: Progress, event: RunEvent, at: number): Progress {
  switch (event.kind) {
    case 'planned':
      return { ...before, planned: event.probes, skips: event.skips }
    case 'started':
      return { ...before, running: [...before.running, event.name] }
    case 'finished':
      return finished(before, event.result, at)
    case 'slowed':
      return { ...before, slowed: { perSecond: event.perSecond, why: event.why } }
    case 'cleaning':
      return { ...before, cleaning: event.what }
  }
}

function finished(
  before: Progress,
  { name, verdict }: { readonly name: string; readonly verdict: Verdict },
  at: number,
): Progress {
  const index = before.running.indexOf(name)
  return {
    ...before,
    done: before.done + 1,
    verdicts: { ...before.verdicts, [verdict]: before.verdicts[verdict] + 1 },
    running: index < 0 ? before.running : before.running.toSpliced(index, 1),
    recent: [...before.recent, at].slice(-remembered),
  }
}

/** Probes per second, by the last ones; `undefined` until two are done. */
export function rateOf({ recent }: Pick<Progress, 'recent'>, now: number): number | undefined {
  const [first] = recent
  if (first === undefined || recent.length < 2) return undefined
  return ((recent.length - 1) * 1000) / Math.max(1, now - first)
}

/** How the display is written. */
export type ProgressOptions = {
  readonly now: number
  readonly width: number
  readonly hasColor: boolean
  readonly locale: string
}

/** The lines of a live display: a bar with rate and time left, the verdicts so far, what is being tried. */
export function liveLines(progress: Progress, { now, width, hasColor, locale }: ProgressOptions): readonly string[] {
  const ink = createInk(hasColor)
  const { planned, done, running, slowed, cleaning } = progress
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const rate = rateOf(progress, now)
  const share = planned === 0 ? 0 : Math.min(1, done / planned)
  const figures = [
    `${number.format(done)} of ${number.format(planned)}`,
    rate === undefined ? undefined : `${number.format(rate)} per second`,
    rate === undefined || done >= planned ? undefined : `${durationText((planned - done) / rate, locale)} left`,
  ].filter(part => part !== undefined)
  const bar = Math.max(5, Math.min(24, width - 50))
  const filled = Math.round(share * bar)
  const lines = [
    `${ink.green('█'.repeat(filled))}${ink.dim('░'.repeat(bar - filled))} ${cutTo(figures.join(', '), width - bar - 1)}`,
    verdictLine(progress, ink, width),
    cutTo(printableLine(cleaning === undefined ? nowText(running) : `cleaning up: ${cleaning}`), width),
  ]
  if (slowed === undefined) return lines
  return [
    ...lines,
    ink.yellow(cutTo(printableLine(`slowed to ${number.format(slowed.perSecond)} per second: ${slowed.why}`), width)),
  ]
}

function verdictLine({ verdicts }: Progress, ink: ReturnType<typeof createInk>, width: number): string {
  const parts = [
    { text: `✓ ${verdicts.pass} passed`, paint: ink.green },
    { text: `✗ ${verdicts.fail} wrong`, paint: verdicts.fail > 0 ? ink.red : ink.dim },
    { text: `! ${verdicts.warn} doubtful`, paint: verdicts.warn > 0 ? ink.yellow : ink.dim },
    { text: `? ${verdicts.inconclusive} unclear`, paint: verdicts.inconclusive > 0 ? ink.yellow : ink.dim },
  ]
  const line = parts.map(({ text }) => text).join('  ')
  return line.length > width ? cutTo(line, width) : parts.map(({ text, paint }) => paint(text)).join('  ')
}

function nowText(running: readonly string[]): string {
  const newest = running.at(-1)
  if (newest === undefined) return ''
  return running.length === 1 ? newest : `${newest} (and ${running.length - 1} more)`
}

function durationText(seconds: number, locale: string): string {
  const [value, unit] = seconds < 90 ? [Math.ceil(seconds), 'second'] : [Math.ceil(seconds / 60), 'minute']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
}

/**
 * The line that a log without a terminal gets for an event: what is wrong or could not be judged, each tenth of the way, what
 * slowed the run, and what could not be cleaned up. `after` is the progress with the event.
 */
export function plainLine(event: RunEvent, after: Progress): string | undefined {
  switch (event.kind) {
    case 'planned':
      return `${event.probes} ${event.probes === 1 ? 'test' : 'tests'} planned, ${event.skips} left out`
    case 'started':
      return undefined
    case 'finished':
      return joined(findingLine(event.result), stepLine(after))
    case 'slowed':
      return printableLine(`slowed to ${event.perSecond} per second: ${event.why}`)
    case 'cleaning':
      return event.problem === undefined
        ? undefined
        : printableLine(`could not clean up ${event.what}: ${event.problem}`)
  }
}

const lineWords = { fail: 'WRONG', warn: 'doubtful', inconclusive: 'unclear', pass: '', not_applicable: '' } as const

function findingLine({
  verdict,
  name,
  reason,
}: {
  readonly verdict: Verdict
  readonly name: string
  readonly reason: string
}): string | undefined {
  const word = lineWords[verdict]
  return word === '' ? undefined : printableLine(`${word}  ${name}: ${reason}`)
}

function stepLine({ planned, done, verdicts }: Progress): string | undefined {
  const tenth = (count: number) => Math.floor((count * 10) / Math.max(1, planned))
  if (tenth(done) === tenth(done - 1)) return undefined
  return `${tenth(done) * 10} %: ${done} of ${planned} tests, ${verdicts.fail} wrong, ${verdicts.inconclusive} unclear`
}

function joined(...lines: readonly (string | undefined)[]): string | undefined {
  const there = lines.filter(line => line !== undefined)
  return there.length === 0 ? undefined : there.join('\n')
}
