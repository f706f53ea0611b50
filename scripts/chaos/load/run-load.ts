import type { Random } from '../random.ts'
import type { Effort } from '../run-scenario.ts'
import type { Lane, Load } from './client.ts'
import { codeLane } from './code-lane.ts'
import { introspectionLane, machineLane } from './machine-lane.ts'
import { pauseFor } from './pause.ts'
import { refreshLane } from './refresh-lane.ts'

/** How many lanes of each kind make one measure of load. */
const mixture = [
  { lane: codeLane, each: 2 },
  { lane: refreshLane, each: 6 },
  { lane: machineLane, each: 3 },
  { lane: introspectionLane, each: 3 },
] as const

/** How often the pulse asks, in milliseconds. */
const pulseEvery = 50

/** Begins the load; resolves once it is over and every request has ended. */
export async function runLoad(load: Load, { measures, pause }: Pick<Effort, 'measures' | 'pause'>): Promise<void> {
  const lanes = Array.from({ length: measures }).flatMap(() =>
    mixture.flatMap(({ lane, each }) =>
      Array.from({ length: each }, () => {
        const random = load.random.fork()
        return repeat(lane({ ...load, random }), random)
      }),
    ),
  )
  async function repeat(lane: Lane, random: Random): Promise<void> {
    while (!load.isOver()) {
      await lane()
      await pauseFor(random.next() * 2 * pause)
    }
  }
  const pulse = takePulse(load)
  await Promise.all(lanes)
  await pulse()
}

/**
 * Asks at a steady rhythm, whether the last one was answered or not: lanes wait for their answers, and while all of them
 * wait, nobody would notice that service is back. Answers how to end it.
 */
function takePulse(load: Load): () => Promise<void> {
  const beat = machineLane({ ...load, random: load.random.fork() })
  const beats = new Set<Promise<void>>()
  const timer = setInterval(() => {
    const one = beat().finally(() => beats.delete(one))
    beats.add(one)
  }, pulseEvery)
  return async () => {
    clearInterval(timer)
    await Promise.all(beats)
  }
}
