import type { Store } from '@ambit/server'

/** Is told how long each call of a store took, in seconds. */
export type StoreMeasure = (method: string, seconds: number) => void

/** Every method of a store; `close` is not worth a measure. */
const methods = {
  findClient: true,
  listClients: true,
  saveClient: true,
  deleteClient: true,
  findUser: true,
  findUserByName: true,
  listUsers: true,
  saveUser: true,
  deleteUser: true,
  findSession: true,
  saveSession: true,
  deleteSession: true,
  deleteSessionsOf: true,
  findGrant: true,
  listGrants: true,
  addToGrant: true,
  removeFromGrant: true,
  deleteGrant: true,
  findInteraction: true,
  saveInteraction: true,
  endInteraction: true,
  saveTicket: true,
  findTicket: true,
  changeTicket: true,
  takeTicket: true,
  listTickets: true,
  saveCode: true,
  findSpendable: true,
  exchange: true,
  saveAccessToken: true,
  findAccessToken: true,
  revokeAccessToken: true,
  revokeFamilies: true,
  findRevokedStatuses: true,
  findStatusTokens: true,
  takeNumber: true,
  findNumber: true,
  recordScopeUsage: true,
  listScopeUsage: true,
  listKeys: true,
  addKey: true,
  deleteKey: true,
  settle: true,
  remember: true,
  countFailure: true,
  findFailures: true,
  clearFailures: true,
  saveRefusal: true,
  findRefusal: true,
  findTokensOfRequest: true,
  announceNode: true,
  forgetNode: true,
  takeLease: true,
  sweep: true,
  ping: true,
  close: false,
} as const satisfies Readonly<Record<keyof Store, boolean>>

/** The same store; each call is measured from its begin until its promise settles. */
export function measuredStore(store: Store, measure: StoreMeasure, millis: () => number): Store {
  const wrapped = Object.entries(methods).map(([name, isMeasured]) => {
    const call = callOf(store, name)
    return [name, isMeasured ? measured(name, call) : call] as const
  })
  return parseStore(Object.fromEntries(wrapped))

  function measured(name: string, call: Call): Call {
    return (...words) => {
      const begun = millis()
      const result = call(...words)
      if (!(result instanceof Promise)) return result
      const end = () => measure(name, (millis() - begun) / 1000)
      result.then(end, end)
      return result
    }
  }
}

type Call = (...words: readonly unknown[]) => unknown

function callOf(store: Store, name: string): Call {
  const method: unknown = Reflect.get(store, name)
  if (typeof method !== 'function') throw new TypeError(`the store has no method \`${name}\``)
  return (...words): unknown => Reflect.apply(method, store, words)
}

// the same methods by the same names, each with the same result
function parseStore(wrapped: unknown): Store {
  return wrapped as Store
}
