import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type CliIo, type CommandInput, type CommandSpec, exitCodes, type OptionSpec } from './command.ts'
import { commands, groups } from './command-table.ts'
import { printableText } from './printable.ts'
import { version } from './version.ts'

const exitCodeHelp = `
Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not found (for a token: not active)
Environment: AMBIT_CONFIG names the configuration file; AMBIT_ISSUER, AMBIT_PORT, AMBIT_HOST, AMBIT_STORE, AMBIT_WORKERS, AMBIT_KEY,
AMBIT_LOG_LEVEL, AMBIT_LOG_FORMAT, AMBIT_TRUSTED_PROXIES, AMBIT_METRICS_PORT, AMBIT_METRICS_HOST go before the file;
DATABASE_URL names a PostgreSQL database as the store, unless AMBIT_STORE is set;
AMBIT_GUARD_CLIENT_ID and AMBIT_GUARD_CLIENT_SECRET are the credentials of ambit guard; AMBIT_TEST_OWNERSHIP,
AMBIT_TEST_PASSWORD and AMBIT_TEST_VAULT_KEY belong to ambit test; NO_COLOR turns colours off.
`

/** Parses the arguments (without the program's own name), runs the command, and answers the exit code. */
export async function runProgram(words: readonly string[], io: CliIo): Promise<number> {
  const state: { code: number } = { code: exitCodes.done }
  const program = makeProgram(io, code => {
    state.code = code
  })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return state.code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return explainFailure(error, io)
  }
}

/** What whoever called the program has to change before it can work. */
const usageErrors: ReadonlySet<string> = new Set(['ConfigError', 'UsageError'])

function explainFailure(error: unknown, io: CliIo): number {
  if (!(error instanceof Error)) throw error
  // a message may quote a file or server of a stranger
  io.err(`ambit: ${printableText(error.message)}\n`)
  return usageErrors.has(error.name) ? exitCodes.usage : exitCodes.failed
}

function makeProgram(io: CliIo, done: (code: number) => void): Command {
  const program = prepare(new Command('ambit'), io)
  program.description('An OAuth 2.0 and OpenID Connect authorization server with scope at its centre.')
  program.version(version(), '--version', 'print the version')
  program.addHelpText('after', exitCodeHelp)
  const parents = new Map<string, Command>()
  for (const [name, summary] of Object.entries(groups)) {
    const group = prepare(program.command(name), io).description(summary)
    parents.set(name, group)
  }
  for (const spec of commands) {
    const [first = '', second] = spec.name.split(' ')
    const parent = second === undefined ? program : parents.get(first)
    addCommand(prepare((parent ?? program).command(second ?? first), io), spec, { io, done })
  }
  return program
}

function prepare(command: Command, io: CliIo): Command {
  return command
    .exitOverride()
    .helpOption('--help', 'show this help')
    .addHelpCommand(false)
    .allowExcessArguments(false)
    .showHelpAfterError('(add --help to see what is possible)')
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: (text, write) => write(sentence(text)) })
}

function addCommand(
  command: Command,
  spec: CommandSpec,
  { io, done }: { readonly io: CliIo; readonly done: (code: number) => void },
): void {
  command.description(spec.summary).allowUnknownOption(spec.hasAnyArgument === true)
  for (const { name, description } of spec.arguments ?? []) command.argument(name, description)
  for (const option of spec.options ?? []) command.addOption(makeOption(option))
  const details = (spec.details ?? []).map(line => `${line}\n`).join('')
  command.addHelpText('after', `\nExample:\n  ${spec.example}\n${details && `\n${details}`}`)
  command.action(async () => {
    const run = await spec.load()
    done(await run(readInput(command), io))
  })
}

function makeOption({ flags, description, isRepeatable }: OptionSpec): Option {
  const option = new Option(flags, description)
  if (isRepeatable) return option.argParser((value: string, before: unknown) => [...readList(before), value])
  if (!option.required) return option
  return option.argParser((value: string, before: unknown) => {
    if (before !== undefined) throw new InvalidArgumentError('It can be given only once.')
    return value
  })
}

function readInput(command: Command): CommandInput {
  const options: Readonly<Record<string, unknown>> = command.opts()
  const words: readonly unknown[] = command.processedArgs
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return {
    argument: place => text(words[place]) ?? '',
    words: place => readList(words[place]),
    text: name => text(options[name]),
    list: name => readList(options[name]),
    flag: name => options[name] === true,
  }
}

function readList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
}

/** What the command-line parser says, in the form of every other message. */
function sentence(text: string): string {
  return text.replace(/^error: /, 'ambit: ').replaceAll(/'([^'\n]*)'/g, '`$1`')
}
