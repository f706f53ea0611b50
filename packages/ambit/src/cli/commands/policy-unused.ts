import { type PictureMark, type UnusedScope, unusedScopes } from '@ambit/policy'
import { readPolicy } from '../../policy/read-question.ts'
import { writePicture } from '../../policy/write-picture.ts'
import { exitCodes, printJson, type Run } from '../command.ts'
import { printTable } from '../table.ts'

/** Lists the scopes that no action of a policy needs. */
export const listUnusedScopes: Run = async (input, io) => {
  const { model } = await readPolicy(input, io)
  const unused = unusedScopes(model)
  await writePicture(input, io, { model, title: 'Scopes that no action needs', scopes: new Map(unused.map(markOf)) })
  if (input.flag('json')) printJson(io, unused)
  else if (unused.length === 0) io.out('every scope is needed by an action\n')
  else
    printTable(
      io,
      ['scope', 'why'],
      unused.map(each => [
        each.name,
        each.kind === 'opens_nothing' ? 'opens nothing' : `no action asks for it; it covers ${each.covers.join(' ')}`,
      ]),
    )
  return exitCodes.done
}

function markOf({ name, kind }: UnusedScope): readonly [string, PictureMark] {
  if (kind === 'opens_nothing') return [name, { tone: 'bad', label: 'opens nothing' }]
  return [name, { tone: 'warn', label: 'asked for nowhere' }]
}
