import type { Call, Outcome } from './operation.ts'
import { type Order, type Shop, textOf, unfit } from './shop.ts'

const missing: Outcome = { kind: 'missing' }
const show = ({ id, pet, by }: Order) => ({ id, pet, by })

/** The caller's own orders; with `ids` those among them. */
export function listOrders({ orders }: Shop, { caller, query }: Call): Outcome {
  const ids = query.get('ids')?.split(',').map(Number)
  const own = [...orders.values()].filter(({ owner }) => owner === caller.principal)
  return { kind: 'done', value: own.filter(({ id }) => ids === undefined || ids.includes(id)).map(show) }
}

/** Orders a pet for the caller: `{ "pet": "Rex" }`. */
export function placeOrder(shop: Shop, { body, caller }: Pick<Call, 'body' | 'caller'>): Outcome {
  const pet = petOf(shop, body)
  if (pet === undefined) return unknownPet
  const order = { id: shop.nextOrder, pet, by: caller.subject, owner: caller.principal }
  shop.nextOrder += 1
  shop.orders.set(order.id, order)
  forgetOldest(shop)
  return { kind: 'done', value: show(order) }
}

/** Shows an order of the caller's own; those of others are as if they were not there. */
export function seeOrder(shop: Shop, call: Call): Outcome {
  const order = ownOrder(shop, call)
  return order === undefined ? missing : { kind: 'done', value: show(order) }
}

/** Changes which pet an order of the caller's own is for. */
export function changeOrder(shop: Shop, call: Call): Outcome {
  const order = ownOrder(shop, call)
  if (order === undefined) return missing
  const pet = petOf(shop, call.body)
  if (pet === undefined) return unknownPet
  const changed = { ...order, pet }
  shop.orders.set(order.id, changed)
  return { kind: 'done', value: show(changed) }
}

/** Cancels an order of the caller's own; once more comes to the same. @spec RFC 9110 §9.2.2 */
export function cancelOrder(shop: Shop, call: Call): Outcome {
  const { caller, parameters } = call
  if (shop.cancelled.get(Number(parameters.get('id'))) === caller.principal) return { kind: 'done' }
  const order = ownOrder(shop, call)
  if (order === undefined) return missing
  shop.orders.delete(order.id)
  shop.cancelled.set(order.id, order.owner)
  return { kind: 'done' }
}

const unknownPet = unfit('`pet`, the name of a pet in the shop, is wanted')

function petOf({ pets }: Shop, body: unknown): string | undefined {
  const pet = textOf(body, 'pet')
  return pets.some(({ name }) => name === pet) ? pet : undefined
}

function ownOrder({ orders }: Shop, { caller, parameters }: Call): Order | undefined {
  const order = orders.get(Number(parameters.get('id')))
  return order?.owner === caller.principal ? order : undefined
}

/** The most orders that the shop remembers, and the first of those that it may forget: it is a small one. */
const most = 100
const firstForgotten = 5

function forgetOldest({ orders, cancelled }: Shop): void {
  for (const kept of [orders, cancelled]) {
    const oldest = [...kept.keys()].find(id => id >= firstForgotten)
    if (kept.size > most && oldest !== undefined) kept.delete(oldest)
  }
}
