import {
  type PictureMark,
  type PolicyModel,
  printDecision,
  printExpression,
  type Reach,
  reach,
  type TokenView,
} from '@ambit/policy'
import { readObjectOption, readPolicy, readTokenView } from '../../policy/read-question.ts'
import { writePicture } from '../../policy/write-picture.ts'
import { systemClock } from '../../serve/clock.ts'
import { exitCodes, printJson, type Run } from '../command.ts'
import { printTable } from '../table.ts'

/** Tells for each action of a policy whether a token reaches it, or under which condition. */
export const listReach: Run = async (input, io) => {
  const { model } = await readPolicy(input, io)
  const token = await readTokenView(input, io, model.catalogue)
  const facts = await readObjectOption(input, io, 'facts')
  const reached = reach(model, token, { ...(facts && { facts }), now: systemClock().now() })
  if (input.text('claims') === undefined)
    io.err('ambit: without `--claims` the token has none, and conditions that want one do not hold\n')
  await writePicture(input, io, { model, title: titleOf(token), actions: new Map(reached.map(markOf)) })
  if (input.flag('json'))
    printJson(
      io,
      reached.map(each => ({ action: each.action, reach: each.kind, by: each.by?.tokens, rest: restOf(model, each) })),
    )
  else
    printTable(
      io,
      ['action', 'reach', 'by', 'rest'],
      reached.map(each => [each.action, each.kind, each.by?.tokens.join(' ') ?? '', restOf(model, each) ?? '']),
    )
  return exitCodes.done
}

const tones = { yes: 'good', if: 'warn', no: 'quiet' } as const

function markOf({ action, kind }: Reach): readonly [string, PictureMark] {
  return [action, { tone: tones[kind], label: kind }]
}

function titleOf({ scope }: TokenView): string {
  return scope.size === 0 ? 'What a token without scope reaches' : `What ${scope.tokens.join(' ')} reaches`
}

/** What must still hold, or what stands in the way. */
function restOf({ actions }: PolicyModel, reached: Reach): string | undefined {
  switch (reached.kind) {
    case 'yes':
      return undefined
    case 'no':
      return printDecision(reached.decision)
    case 'if': {
      const resource = actions.get(reached.action)?.resource ?? ''
      return reached.anyOf.map(({ condition }) => printExpression(condition, resource)).join(', or ')
    }
  }
}
