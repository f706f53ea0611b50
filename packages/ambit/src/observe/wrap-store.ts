import type { Store } from '@ambit/server'

/** A method of a store, whatever it takes and answers. */
export type StoreCall = (...words: readonly unknown[]) => unknown

/** Every method of a store. */
const methods = {
  findClient: true,
  listClients: true,
  saveClient: true,
  deleteClient: true,
  findUser: true,
  findUserByName: true,
  findUsersByEmail: true,
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
  close: true,
} as const satisfies Readonly<Record<keyof Store, boolean>>

/** The same store with something around each method. */
export function wrapStore(store: Store, wrap: (name: string, call: StoreCall) => StoreCall): Store {
  return parseStore(Object.fromEntries(Object.keys(methods).map(name => [name, wrap(name, callOf(store, name))])))
}

function callOf(store: Store, name: string): StoreCall {
  const method: unknown = Reflect.get(store, name)
  if (typeof method !== 'function') throw new TypeError(`the store has no method \`${name}\``)
  return (...words): unknown => Reflect.apply(method, store, words)
}

// the same methods by the same names, each with the same result
function parseStore(wrapped: unknown): Store {
  return wrapped as Store
}
