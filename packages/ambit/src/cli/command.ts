import { printableText } from './printable.ts'

/** What the program's exit tells a script. */
export const exitCodes = { done: 0, failed: 1, usage: 2, missing: 3 } as const

/** A terminal, or what stands for one in a test. */
export type CliIo = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** All of standard input, as text. */
  readonly readInput: () => Promise<string>
  /** Asks without showing the answer; absent where nobody sits in front of the program. */
  readonly askSecret?: (question: string) => Promise<string>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  /** Whether output goes to a person: colours, one-line logs. */
  readonly isTerminal: boolean
  /** Columns of the terminal, where there is one. */
  readonly columns?: () => number
  /** Calls back at each request to stop; answers how to stop listening. */
  readonly onStop: (stop: () => void) => () => void
  /** Calls back at each request to read the configuration anew; absent where nothing asks so. */
  readonly onReload?: (reload: () => void) => () => void
  /** Ends the program at once, without waiting for anything; with 1 where no code is given. */
  readonly abort: (code?: number) => void
}

/** What the user wrote after the command's name. */
export type CommandInput = {
  /** An argument by its place; empty when it is optional and left out. */
  readonly argument: (place: number) => string
  /** The words of an argument that takes several, such as `<action...>`. */
  readonly words: (place: number) => readonly string[]
  readonly text: (option: string) => string | undefined
  readonly list: (option: string) => readonly string[]
  readonly flag: (option: string) => boolean
}

/** Runs a command and answers its exit code. */
export type Run = (input: CommandInput, io: CliIo) => Promise<number>

/** An option: `--redirect-uri <uri>` takes a value, `--json` is a flag, a repeatable one gathers its values. */
export type OptionSpec = { readonly flags: string; readonly description: string; readonly isRepeatable?: boolean }

/** A command: its words, and where its code is loaded from when it is asked for. */
export type CommandSpec = {
  /** `client add` stands below `client`. */
  readonly name: string
  readonly summary: string
  readonly arguments?: readonly { readonly name: string; readonly description: string }[]
  readonly options?: readonly OptionSpec[]
  /** An argument may begin with `-`, as one in 64 base64url texts does. */
  readonly hasAnyArgument?: boolean
  readonly example: string
  /** What `--help` says below the example: what JSON holds, what an exit code means here. */
  readonly details?: readonly string[]
  readonly load: () => Promise<Run>
}

/** Says in one sentence why a command did not do what was asked, and answers the exit code. */
export function fail(io: CliIo, sentence: string, code: number = exitCodes.failed): number {
  io.err(`ambit: ${printableText(sentence)}\n`)
  return code
}

/** Prints a value as JSON for a script. */
export function printJson(io: CliIo, value: unknown): void {
  io.out(`${JSON.stringify(value, undefined, 2)}\n`)
}
