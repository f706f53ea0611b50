import type { CallOrder } from './call-order.ts'
import { Lane } from './lane.ts'
import { unavailable } from './pool.ts'
import type { Attempts } from './retry.ts'
import type { SqlValue, Statement } from './statement.ts'
import { isStorable } from './storable-text.ts'

/** What all calls have in common. */
export type CallLimits = {
  readonly patienceMillis: number
  readonly answerMillis: number
  /** How many may wait at once, so that what waits for a database that is away cannot fill the memory. */
  readonly mostWaiting: number
}

/** The calls of all statements. */
export class Calls {
  readonly #limits: CallLimits
  readonly #attempts: Attempts
  readonly #order: CallOrder
  #unanswered = 0

  constructor(limits: CallLimits, attempts: Attempts, order: CallOrder) {
    this.#limits = limits
    this.#attempts = attempts
    this.#order = order
  }

  /** How a statement is called. What cannot be stored is not there to be read, so nobody has to be asked for it. */
  share<In, Out>(statement: Statement<In, Out>, isRead: boolean): (call: In) => Promise<Out> {
    const lane = new Lane(statement, { ...this.#attempts, ...this.#limits, mayRepeat: isRead })
    return (call: In): Promise<Out> => {
      const values = statement.values(call)
      if (isRead && values.some(isUnstorable)) return Promise.resolve(statement.parse([], call))
      if (this.#unanswered >= this.#limits.mostWaiting)
        return Promise.reject(unavailable('too many calls wait for the database', undefined))
      return this.#enter(statement, lane, { call, values })
    }
  }

  #enter<In, Out>(
    { keys }: Statement<In, Out>,
    lane: Lane<In, Out>,
    { call, values }: { readonly call: In; readonly values: readonly SqlValue[] },
  ): Promise<Out> {
    this.#unanswered++
    return new Promise((resolve, reject) => {
      const own = keys?.(call) ?? []
      const since = performance.now()
      const ending =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          this.#unanswered--
          settle(value)
          leave()
        }
      const pending = { call, values, rank: own[0] ?? '', since, resolve: ending(resolve), reject: ending(reject) }
      const leave: () => void = this.#order.enter(own, () => lane.add(pending))
    })
  }
}

function isUnstorable(value: SqlValue): boolean {
  return typeof value === 'string' && !isStorable(value)
}
