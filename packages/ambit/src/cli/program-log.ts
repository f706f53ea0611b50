import type { Config } from '../config/config.ts'
import { createLog, type Log } from '../observe/log.ts'
import type { CliIo } from './command.ts'
import { isColourful } from './table.ts'

/** The log of a program that serves: readable on a terminal, JSON elsewhere. `members` stand in each line. */
export function programLog({ log }: Pick<Config, 'log'>, io: CliIo, members?: Readonly<Record<string, unknown>>): Log {
  const automatic = io.isTerminal ? 'pretty' : 'json'
  return createLog({
    level: log.level,
    format: log.format === 'auto' ? automatic : log.format,
    isColourful: isColourful(io),
    ...(members && { members }),
    destination: { write: line => io.out(line) },
  })
}
