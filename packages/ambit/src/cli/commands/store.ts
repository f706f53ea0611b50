import {
  type CopyEvent,
  CopyRefused,
  copyBetween,
  hasUnfinishedCopy,
  inspectStore,
  migrateStore,
  pendingVersionsOf,
  type StoreAddress,
} from '@ambit/store'
import { systemClock } from '../../serve/clock.ts'
import { brokenOff } from '../../serve/open-store.ts'
import { copyDisplay } from '../../store/copy-display.ts'
import { addressOf, parseStoreAddress } from '../../store/store-address.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { readConfig } from '../open.ts'
import { printTable } from '../table.ts'

/** Brings the schema of the configured store up to date, or tells what would be done. */
export const migrateConfigured: Run = async (input, io) => {
  const address = await configured(input, io)
  const before = await pendingVersionsOf(address)
  const isJson = input.flag('json')
  if (!input.flag('dryRun')) await migrateStore(address, message => isJson || io.err(`ambit: ${message}\n`))
  const { found, known, pending } = input.flag('dryRun') ? before : await pendingVersionsOf(address)
  if (isJson) printJson(io, { found, known, pending, applied: input.flag('dryRun') ? [] : before.pending })
  else if (pending.length > 0) io.out(`schema version ${found}; still to be applied: ${pending.join(', ')}\n`)
  else io.out(`schema version ${found} is up to date\n`)
  return exitCodes.done
}

/** Counts what the configured store holds, and looks for what does not go together. */
export const checkConfigured: Run = async (input, io) => {
  const address = await configured(input, io)
  if (address.kind === 'postgres' && (await hasUnfinishedCopy(address.options))) return fail(io, brokenOff)
  const { sheets, problems } = await inspectStore(address)
  if (input.flag('json')) printJson(io, { sheets, problems })
  else
    printTable(
      io,
      ['what', 'rows', 'digest'],
      sheets.map(({ sheet, rows, digest }) => [sheet, String(rows), digest]),
    )
  for (const { rule, rows } of problems) fail(io, `${rule}: not so of ${rows} ${rows === 1 ? 'row' : 'rows'}`)
  if (problems.length > 0) return exitCodes.failed
  io.err('ambit: everything goes together\n')
  return exitCodes.done
}

/** Copies one store to another, and compares them. */
export const copyConfigured: Run = async (input, io) => {
  const source = input.text('from')
  if (source === undefined) return fail(io, '`--from` is missing: the store to be copied', exitCodes.usage)
  const from = parseStoreAddress({ option: '--from', text: source }, io)
  const target = input.text('to')
  const to =
    target === undefined ? await configured(input, io) : parseStoreAddress({ option: '--to', text: target }, io)
  if (isSame(from, to))
    return fail(io, 'a store is copied to another; `--from` and the target are the same', exitCodes.usage)
  const clock = systemClock()
  const display = copyDisplay(io, () => clock.millis())
  const began = clock.millis()
  let hasBegun = false
  const onEvent = (event: CopyEvent) => {
    hasBegun = true
    display.onEvent(event)
  }
  try {
    const sheets = await copyBetween(from, to, { now: clock.now(), onEvent })
    display.end()
    const rows = sheets.reduce((sum, sheet) => sum + sheet.rows, 0)
    const seconds = Math.round((clock.millis() - began) / 100) / 10
    if (input.flag('json')) printJson(io, { rows, seconds, sheets })
    else
      io.out(
        `${rows} ${rows === 1 ? 'row is' : 'rows are'} copied and compared in ${seconds} s; the source is as it was\n`,
      )
    return exitCodes.done
  } catch (error) {
    display.end()
    if (error instanceof CopyRefused) return fail(io, error.message)
    if (hasBegun && error instanceof Error)
      return fail(io, `${error.message}; the same command goes on where it was broken off`)
    throw error
  }
}

function isSame(from: StoreAddress, to: StoreAddress): boolean {
  if (from.kind === 'sqlite') return to.kind === 'sqlite' && from.path === to.path
  return to.kind === 'postgres' && from.options.url === to.options.url
}

async function configured(input: CommandInput, io: CliIo): Promise<StoreAddress> {
  return addressOf((await readConfig(input, io)).config.store)
}
