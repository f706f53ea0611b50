import type { TestCase } from '../../catalogue/test-case.ts'
import { createCaseWorld } from '../../testing/case-world.ts'
import type { Defect } from '../../testing/planted-api/defects.ts'
import type { Send } from '../../wire/exchange.ts'
import { makePlan, type Selection } from '../make-plan.ts'
import { type RunOptions, runPlan } from '../run-plan.ts'
import type { RunRecord } from '../run-record.ts'
import { createRunWire } from '../run-wire.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** How the planted API is tested. */
export type PlantedRun = RunOptions & {
  readonly defects?: readonly Defect[]
  readonly selection?: Selection
  /** Stands between the run and the API. */
  readonly between?: (send: Send) => Send
}

/**
 * Runs cases on the planted API in memory, with everything that a real run has but sockets. One probe at a time: they share a
 * clock that whoever waits puts forward.
 */
export async function runOnPlanted(cases: readonly TestCase[], options: PlantedRun = {}): Promise<RunRecord> {
  const { defects = [], selection, between = send => send, ...rest } = options
  const world = createCaseWorld({ defects })
  const { target, tokens, secrets, canary, now, wait } = world.context([])
  const outcome = makePlan(cases, target, selection)
  if (outcome.kind === 'refused') throw new TypeError(outcome.problems.join('; '))
  const clock = createVirtualClock({ now, forward: milliseconds => void wait(milliseconds) })
  const hosts = new Set([new URL(target.api?.origin ?? '').hostname])
  const wire = createRunWire({ send: between(world.api.send), clock, target, provenHosts: hosts })
  return runPlan(outcome.plan, { target, secrets, wire, clock, tokens, canary }, { concurrency: 1, ...rest })
}
