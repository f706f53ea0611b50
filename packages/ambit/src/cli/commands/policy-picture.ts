import { readPolicy } from '../../policy/read-question.ts'
import { writePicture } from '../../policy/write-picture.ts'
import { exitCodes, fail, type Run } from '../command.ts'

/** Draws which scopes open which actions. */
export const drawPolicy: Run = async (input, io) => {
  if (input.text('svg') === undefined) return fail(io, '`--svg` is wanted: the file to write', exitCodes.usage)
  const { model } = await readPolicy(input, io)
  await writePicture(input, io, { model })
  return exitCodes.done
}
