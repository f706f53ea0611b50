import type { TestCase } from '../catalogue/test-case.ts'
import type { RunClock } from '../run/clock.ts'
import { waitOn } from '../run/clock.ts'
import { makePlan, type Selection } from '../run/make-plan.ts'
import { runPlan } from '../run/run-plan.ts'
import type { RunRecord } from '../run/run-record.ts'
import { createRunWire } from '../run/run-wire.ts'
import { createVirtualClock } from '../run/testing/virtual-clock.ts'
import { createMemoryCanary } from './memory-canary.ts'
import type { Defect } from './planted-api/defects.ts'
import { createPlantedApi } from './planted-api/planted-api.ts'
import { plantedTokens } from './planted-api/tokens.ts'

/** What is run, and on which API. */
export type PlantedRun = {
  readonly cases: readonly TestCase[]
  readonly defects?: readonly Defect[]
  readonly selection?: Selection
  readonly clock?: RunClock
}

/** Plans cases on a planted API and runs the plan as a user's run would be, in memory and in virtual time. */
export async function runPlanted({ cases, defects = [], selection, clock }: PlantedRun): Promise<RunRecord> {
  const time = clock ?? createVirtualClock()
  const canary = createMemoryCanary()
  const wait = (milliseconds: number) => waitOn(time, milliseconds)
  const api = createPlantedApi({ defects, now: time.now, wait, fetchText: async url => canary.fetchText(url) })
  const { target, secrets } = api
  const planned = makePlan(cases, target, selection)
  if (planned.kind === 'refused') throw new RangeError(planned.problems.join('; '))
  const hosts = new Set(['api.planted.test', 'as.planted.test', 'canary.test'])
  const wire = createRunWire({ send: api.send, clock: time, target, provenHosts: hosts })
  const tokens = plantedTokens({ api, now: time.now, has: defect => defects.includes(defect) })
  const parts = { target, secrets, wire, clock: time, tokens, canary }
  // a new signing key is waited for longer than any other test takes
  return runPlan(planned.plan, parts, { timeLimit: 600_000 })
}
