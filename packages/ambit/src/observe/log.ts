import type { Observe, ServerEvent } from '@ambit/server'
import pino, { type DestinationStream } from 'pino'
import type { LogConfig } from '../config/declaration.ts'
import { describeEvent, type Level } from './event-level.ts'
import { maskSecrets } from './mask-secrets.ts'
import { prettyLine } from './pretty.ts'
import { rarely } from './rarely.ts'

/** Writes lines for operators: one for each event of the server, and those of the program itself. */
export type Log = {
  readonly observe: Observe
  readonly say: (level: Level, words: string, members?: Readonly<Record<string, unknown>>) => void
}

/** Where lines go, and how they look. */
export type LogOptions = {
  readonly level: Required<LogConfig>['level']
  readonly format: 'json' | 'pretty'
  readonly isColourful?: boolean
  /** What stands in each line. */
  readonly members?: Readonly<Record<string, unknown>>
  readonly destination: DestinationStream
  /** A clock that only goes forward, for what is written at most so often. */
  readonly millis?: () => number
}

/** An outage of the store fails every request; one line for all of them in this many milliseconds. */
const outageSpan = 5_000

/** Makes a log. Nothing that was written by a stranger reaches it unmasked. */
export function createLog(options: LogOptions): Log {
  const { level, format, isColourful, members: always = null, destination, millis = () => performance.now() } = options
  const pretty = { write: (line: string) => destination.write(prettyLine(line, isColourful)) }
  const stream = format === 'json' ? destination : pretty
  const logger = pino(
    {
      level,
      base: always,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      formatters: { level: label => ({ level: label }) },
    },
    stream,
  )
  const outage = rarely(outageSpan, millis)
  return {
    observe: event => {
      const { level: loudness, words } = describeEvent(event)
      if (!logger.isLevelEnabled(loudness)) return
      if (event.kind !== 'request.unavailable') return logger[loudness](membersOf(event), words)
      const others = outage()
      if (others !== undefined) logger[loudness]({ ...membersOf(event), others }, words)
    },
    say: (loudness, words, members = {}) => logger[loudness](members, words),
  }
}

/** Most members are our own words and identifiers; what may quote a stranger is masked. */
function membersOf(event: ServerEvent): Readonly<Record<string, unknown>> {
  const { kind, ...members } = event
  if (event.kind === 'clock.skewed') return { event: kind, aheadSeconds: event.aheadSeconds }
  if (event.kind === 'warning') return { event: kind, about: event.about }
  if (event.kind === 'request.refused')
    return { event: kind, ...members, reason: maskSecrets(event.reason), ...maskedClient(event.clientId) }
  if (event.kind === 'request.unavailable') return { event: kind, ...members, because: maskSecrets(event.because) }
  if (event.kind === 'request.failed')
    return { event: kind, requestId: event.requestId, place: event.place, ...errorMembers(event.error) }
  return { event: kind, ...members }
}

function maskedClient(clientId: string | undefined): Readonly<Record<string, unknown>> {
  return clientId === undefined ? {} : { clientId: maskSecrets(clientId) }
}

function errorMembers(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: maskSecrets(String(error)) }
  return { error: maskSecrets(`${error.name}: ${error.message}`), stack: maskSecrets(error.stack ?? '') }
}
