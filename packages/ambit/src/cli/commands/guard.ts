import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '../../config/config-error.ts'
import { isObject } from '../../config/fields.ts'
import { type LoadedFile, loadFile } from '../../config/load-file.ts'
import { checkGuardConfig, type GuardConfig } from '../../guard/guard-config.ts'
import { type OpenedDocument, openDocument } from '../../guard/open-gate.ts'
import { listOperations, wordsFor } from '../../guard/operation-list.ts'
import { proxyKinds } from '../../guard/original-request.ts'
import { printProxyFile } from '../../guard/proxy-files.ts'
import { startGuard } from '../../guard/start-guard.ts'
import { createLog, type Log } from '../../observe/log.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { isColourful, printTable } from '../table.ts'
import { hearStop, untilStopped } from '../until-stopped.ts'

/** Guards an API by its OpenAPI document, until it is stopped. */
export const guard: Run = async (input, io) => {
  const printed = input.text('print')
  if (printed !== undefined) return printFile(printed, input, io)
  const { config, folder } = await readGuardConfig(input, io)
  const opened = await openDocument(config, folder)
  if (input.flag('dryRun')) return listAll(config, opened, { isJson: input.flag('json'), io })
  const log = logFor(config, input, io)
  warn(config, opened, log)
  const stopping = hearStop(io, log)
  const running = await startGuard(config, opened, { log })
  log.say('info', `guarding on ${running.origin}`, {
    openapi: config.openapi,
    operations: opened.loaded.reading.operations.length,
    ...(config.upstream === undefined ? { for: config.proxy } : { upstream: config.upstream.origin }),
  })
  await untilStopped(stopping, running, log)
  return exitCodes.done
}

function printFile(printed: string, input: CommandInput, io: CliIo): number {
  const kind = proxyKinds.find(each => each === printed)
  if (kind === undefined)
    return fail(io, `\`--print\` wants ${proxyKinds.join(', ')}, not \`${printed}\``, exitCodes.usage)
  const api = URL.parse(input.text('upstream') ?? '')?.host ?? '127.0.0.1:3000'
  io.out(printProxyFile(kind, { guard: input.text('listen') ?? '127.0.0.1:9000', api }))
  return exitCodes.done
}

type Read = { readonly config: GuardConfig; readonly folder: string }

/** The file, if there is one, below the options, and the secret from the environment. */
async function readGuardConfig(input: CommandInput, io: CliIo): Promise<Read> {
  const file = await readFile(input, io)
  const openapi = input.text('openapi')
  const raw = {
    ...(isObject(file?.raw) ? file.raw : {}),
    ...optionsOf(input, io.environment),
    // a path in the file begins beside the file, one in an option where the program was started
    ...(openapi !== undefined && { openapi: /^https?:/i.test(openapi) ? openapi : resolve(io.folder, openapi) }),
  }
  if (file !== undefined && file.problems.length > 0) throw new ConfigError(file.problems, `\`${file.path}\``)
  return { config: checkGuardConfig(raw), folder: file?.directory ?? io.folder }
}

const fileNames = ['ambit.guard.ts', 'ambit.guard.mjs', 'ambit.guard.js', 'ambit.guard.json'] as const

async function readFile(input: CommandInput, { folder }: CliIo): Promise<LoadedFile | undefined> {
  const given = input.text('config') ?? fileNames.find(name => existsSync(join(folder, name)))
  return given === undefined ? undefined : loadFile(folder, given)
}

function optionsOf(input: CommandInput, environment: CliIo['environment']): Readonly<Record<string, unknown>> {
  const reporting = input.flag('reportUsage') ? { reportUsage: true as const } : {}
  const issuers = input.list('issuer').map(issuer => issuerFor(issuer, environment, reporting))
  return {
    ...present('resource', input.text('resource')),
    ...present('listen', input.text('listen')),
    ...present('upstream', input.text('upstream')),
    ...present('proxy', input.text('for')),
    ...present('basePath', input.text('basePath')),
    ...present('dpop', input.text('dpop')),
    ...present('trust', input.list('trust')),
    ...present('checkedByApi', input.list('checkedByApi')),
    ...present('issuers', issuers),
    ...(input.flag('keepAuthorization') && { keepAuthorization: true }),
  }
}

/** An option that was given; a repeatable one that was not is an empty list. */
function present(name: string, value: string | readonly unknown[] | undefined): Readonly<Record<string, unknown>> {
  return value === undefined || (Array.isArray(value) && value.length === 0) ? {} : { [name]: value }
}

function issuerFor(issuer: string, environment: CliIo['environment'], reporting: { readonly reportUsage?: true }) {
  const { AMBIT_GUARD_CLIENT_ID: clientId, AMBIT_GUARD_CLIENT_SECRET: clientSecret } = environment
  if (!clientId && !clientSecret) return { issuer, ...reporting }
  return { issuer, ...reporting, introspection: { clientId: clientId ?? '', clientSecret: clientSecret ?? '' } }
}

type Listing = { readonly isJson: boolean; readonly io: CliIo }

function listAll(config: GuardConfig, opened: OpenedDocument, { isJson, io }: Listing): number {
  const operations = listOperations(config, opened)
  const warnings = warningsOf(opened)
  if (isJson) {
    printJson(io, { operations, warnings })
    return exitCodes.done
  }
  const rows = operations.map(each => [each.method, each.path, each.operationId ?? '', wordsFor(each)])
  printTable(io, ['method', 'path', 'operation', 'needs'], rows)
  for (const { pointer, message } of warnings) io.err(`ambit: ${pointer}: ${message}\n`)
  return exitCodes.done
}

function warningsOf({ loaded }: OpenedDocument) {
  return loaded.reading.problems
    .filter(({ severity }) => severity === 'warning')
    .map(({ pointer, message }) => ({ pointer, message }))
}

/** What an operator should know before the first request: what anybody may do, and what nobody can. */
function warn(config: GuardConfig, opened: OpenedDocument, log: Log): void {
  for (const { pointer, message } of warningsOf(opened)) log.say('warn', message, { at: pointer })
  const operations = listOperations(config, opened)
  const named = (kind: string) =>
    operations.filter(each => each.kind === kind).map(each => `${each.method} ${each.path}`)
  const [open, shut] = [named('public'), named('refused')]
  if (open.length > 0) log.say('warn', 'operations without `security` are open to anybody', { operations: open })
  if (shut.length > 0) log.say('warn', 'operations that no access token opens are refused', { operations: shut })
}

function logFor({ log }: GuardConfig, input: CommandInput, io: CliIo): Log {
  const automatic = io.isTerminal && !input.flag('json') ? 'pretty' : 'json'
  return createLog({
    level: log.level,
    format: log.format === 'auto' ? automatic : log.format,
    isColourful: isColourful(io),
    destination: { write: line => io.out(line) },
  })
}
