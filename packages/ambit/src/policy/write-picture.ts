import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type PictureOptions, type PolicyModel, picture } from '@ambit/policy'
import type { CliIo, CommandInput } from '../cli/command.ts'

/** Writes the picture that `--svg` asks for: operations and scopes, with what the command found. */
export async function writePicture(
  input: CommandInput,
  io: CliIo,
  { model, ...shown }: PictureOptions & { readonly model: PolicyModel },
): Promise<void> {
  const file = input.text('svg')
  if (file !== undefined) await writeFile(resolve(io.folder, file), picture(model, shown))
}
