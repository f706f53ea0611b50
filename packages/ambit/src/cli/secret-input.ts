import type { CliIo, CommandInput } from './command.ts'

/** A secret that was given or made; a made one is to be printed once. */
export type GivenSecret = { readonly text: string; readonly isMade: boolean }

/** A client secret: from standard input, or made. It is never an argument, which other users of the machine could read. */
export async function readClientSecret(
  input: CommandInput,
  io: CliIo,
  random: (length: number) => string,
): Promise<GivenSecret> {
  if (!input.flag('secretStdin')) return { text: random(32), isMade: true }
  return { text: firstLine(await io.readInput()), isMade: false }
}

/** A password: from standard input, made, or asked for twice; `undefined` where none of these is possible. */
export async function readPassword(
  input: CommandInput,
  io: CliIo,
  random: (length: number) => string,
): Promise<GivenSecret | undefined> {
  if (input.flag('passwordStdin')) return { text: firstLine(await io.readInput()), isMade: false }
  if (input.flag('generate')) return { text: random(15), isMade: true }
  if (!io.askSecret) return undefined
  const text = await io.askSecret('Password: ')
  return text === (await io.askSecret('Again: ')) ? { text, isMade: false } : undefined
}

/** What a pipe gives, without the line's end. */
export function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? ''
}
