import type { CallOrder } from './call-order.ts'
import { Lane } from './lane.ts'
import type { Attempts } from './retry.ts'
import type { SqlValue, Statement } from './statement.ts'
import { isUnstorable, unstorable } from './storable-text.ts'
import type { Traffic } from './traffic.ts'

/** What all calls have in common. */
export type CallLimits = {
  readonly patienceMillis: number
  readonly answerMillis: number
}

/** The calls of all statements. */
export class Calls {
  readonly #limits: CallLimits & Attempts
  readonly #order: CallOrder
  readonly #traffic: Traffic

  constructor(limits: CallLimits & Attempts, order: CallOrder, traffic: Traffic) {
    this.#limits = limits
    this.#order = order
    this.#traffic = traffic
  }

  /** How a statement is called. What cannot be stored is not there to be read, so nobody has to be asked for it. */
  share<In, Out>(statement: Statement<In, Out>, isRead: boolean): (call: In) => Promise<Out> {
    const lane = new Lane(statement, { ...this.#limits, mayRepeat: isRead })
    return (call: In): Promise<Out> => {
      const values = statement.values(call)
      if (values.some(isUnstorable))
        return isRead ? Promise.resolve(statement.parse([], call)) : Promise.reject(unstorable())
      const refusal = this.#traffic.refusal()
      if (refusal) return Promise.reject(refusal)
      return this.#enter(statement, lane, { call, values })
    }
  }

  #enter<In, Out>(
    { keys }: Statement<In, Out>,
    lane: Lane<In, Out>,
    { call, values }: { readonly call: In; readonly values: readonly SqlValue[] },
  ): Promise<Out> {
    this.#traffic.begin()
    return new Promise((resolve, reject) => {
      const own = keys?.(call) ?? []
      const since = performance.now()
      const ending =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          this.#traffic.end()
          settle(value)
          leave()
        }
      const pending = { call, values, rank: own[0] ?? '', since, resolve: ending(resolve), reject: ending(reject) }
      const leave: () => void = this.#order.enter(own, () => lane.add(pending))
    })
  }
}
