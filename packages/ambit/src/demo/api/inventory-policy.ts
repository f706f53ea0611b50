import { policy } from '@ambit/policy'
import type { DemoCatalogue } from '../catalogue.ts'
import { demoClients } from '../config.ts'

/** Something that a store keeps. */
export type Item = { readonly name: string; readonly store: string; readonly number: number; readonly price: number }

/** The stores that each client's users work in. */
const stores: ReadonlyMap<unknown, readonly string[]> = new Map([
  [demoClients.app, ['main']],
  [demoClients.machine, ['main', 'harbour']],
])

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
        const kept = item.fact('stores', { load: ({ token }) => stores.get(token.claims['client_id']) ?? [] })
        return {
          changeStock: kept
            .needs('inventory:write')
            .input<{ number: number }>()
            .when('own store', subjects => subjects.item.store.in(subjects.fact.stores)),
          changePrice: kept
            .needs('inventory:price:write')
            .input<{ price: number }>()
            .when('own store', subjects => subjects.item.store.in(subjects.fact.stores))
            .when('at most 20 %', subjects => subjects.input.price.within(20, subjects.item.price)),
        }
      },
    })
}

/** The policy of the inventory, with the names and types of its actions. */
export type InventoryPolicy = ReturnType<typeof inventoryPolicy>
