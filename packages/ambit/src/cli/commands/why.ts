import { explain, printExplanation } from '@ambit/server'
import { issuerOf } from '../../config/config.ts'
import { assembleToAsk } from '../../serve/assemble.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { type Opened, withStoreToRead } from '../open.ts'
import { firstLine } from '../secret-input.ts'

/** Tells how a token came to its scope, or why a request was refused. */
export const why: Run = (input, io) =>
  withStoreToRead(input, io, async opened => {
    const explanation = await explain(await contextFor(opened), await readToken(input, io))
    if (explanation === undefined)
      return fail(
        io,
        'nothing is known of it; refusals are kept for a while, tokens until they expire',
        exitCodes.missing,
      )
    if (input.flag('json')) printJson(io, explanation)
    else io.out(`${printable(printExplanation(explanation))}\n`)
    return exitCodes.done
  })

/** The server's context over the opened store, for questions that it answers without a request. */
export async function contextFor({ config, store, clock, crypto }: Opened) {
  const foundation = { issuer: issuerOf(config), store, clock, crypto, observe: () => {} }
  return (await assembleToAsk(config, foundation)).context
}

/** The token that was given, or with `-` the first line of standard input. */
export async function readToken(input: CommandInput, io: CliIo): Promise<string> {
  return input.argument(0) === '-' ? firstLine(await io.readInput()).trim() : input.argument(0)
}

/** What a stranger requested may hold characters that move a terminal's cursor. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '?')
}
