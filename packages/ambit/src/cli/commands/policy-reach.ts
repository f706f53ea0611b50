import { type PolicyModel, printDecision, printExpression, type Reach, reach } from '@ambit/policy'
import { readObjectOption, readPolicy, readTokenView } from '../../policy/read-question.ts'
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
