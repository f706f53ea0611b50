import { policy } from '@ambit/policy'
import type { DemoCatalogue } from '../catalogue.ts'
import { demoClients, demoUsers } from '../config.ts'

/** Something that a store keeps. */
export type Item = {
  readonly name: string
  readonly store: string
  readonly number: number
  readonly price: number
  /** Whether its price stays as it is. */
  readonly locked: boolean
}

const storesOfUsers: ReadonlyMap<unknown, readonly string[]> = new Map([
  [demoUsers.ada.userId, ['main']],
  [demoUsers.grace.userId, ['harbour']],
])
const storesOfClients: ReadonlyMap<unknown, readonly string[]> = new Map([[demoClients.machine, ['main', 'harbour']]])

/** The stores that somebody works in. A client that acts for itself is its own subject, or has none. @spec RFC 9068 §2.2 */
export function storesOf({ sub, client_id: client }: Readonly<Record<string, unknown>>): readonly string[] {
  return (sub === undefined || sub === client ? storesOfClients.get(client) : storesOfUsers.get(sub)) ?? []
}

/** What tokens may do in the inventory: scope opens an action, and conditions say on which items and how far. */
export function inventoryPolicy(catalogue: DemoCatalogue) {
  return policy(catalogue)
    .objects<{ supply: object; item: Item }>()
    .actions({
      supply: supply => ({
        list: supply.needs('order').withoutObject(),
        listItems: supply.needs('order:items').withoutObject(),
      }),
      item: item => {
        const kept = item.fact('stores', { load: ({ token }) => storesOf(token.claims) })
        return {
          read: kept
            .needs('inventory:read')
            .when('own store', subjects => subjects.item.store.in(subjects.fact.stores))
            .hidden(),
          changeStock: kept
            .needs('inventory:write')
            .input<{ number: number }>()
            .when('own store', subjects => subjects.item.store.in(subjects.fact.stores)),
          withdraw: kept
            .needs('inventory:stock:write')
            .input<{ number: number }>()
            .when('own store', subjects => subjects.item.store.in(subjects.fact.stores))
            .when('in stock', subjects => subjects.input.number.lte(subjects.item.number)),
          changePrice: kept
            .needs('inventory:price:write')
            .input<{ price: number }>()
            .when('own store', subjects => subjects.item.store.in(subjects.fact.stores))
            .when('at most 20 %', subjects => subjects.input.price.within(20, subjects.item.price))
            .forbid('locked', subjects => subjects.item.locked.isTrue()),
        }
      },
    })
}

/** The policy of the inventory, with the names and types of its actions. */
export type InventoryPolicy = ReturnType<typeof inventoryPolicy>
