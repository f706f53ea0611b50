import { type Decision, printExplanation } from '@ambit/policy'
import {
  failUnknownAction,
  readJsonOption,
  readObjectOption,
  readPolicy,
  readTokenView,
} from '../../policy/read-question.ts'
import { systemClock } from '../../serve/clock.ts'
import { exitCodes, printJson, type Run } from '../command.ts'
import { printable } from './why.ts'

/** Decides one action as the policy does, and tells each rule with the values that it compared. */
export const explainAction: Run = async (input, io) => {
  const policy = await readPolicy(input, io)
  const action = input.argument(1)
  if (!policy.model.actions.has(action)) return failUnknownAction(io, policy, action)
  const token = await readTokenView(input, io, policy.model.catalogue)
  const facts = await readObjectOption(input, io, 'facts')
  const explanation = await policy.evaluator.explain(action, token, {
    resource: await readJsonOption(input, io, 'resource'),
    input: await readJsonOption(input, io, 'input'),
    ...(facts && { facts }),
    now: systemClock().now(),
  })
  if (input.flag('json')) printJson(io, { ...explanation, decision: plainDecision(explanation.decision) })
  else io.out(`${printable(printExplanation(explanation))}\n`)
  return exitCodes.done
}

/** A decision whose scopes are lists of names. */
function plainDecision(decision: Decision): object {
  if (decision.kind !== 'insufficient_scope') return decision
  return { ...decision, needed: decision.needed.tokens, missing: decision.missing.tokens }
}
