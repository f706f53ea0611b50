import { policy } from '@ambit/policy'
import { plantedCatalogue } from './catalogue.ts'
import { amountType, strongLogin, weakLogin } from './names.ts'
import { storesOf } from './shop.ts'

type Item = { readonly store: string; readonly number: number; readonly price: number; readonly locked: boolean }

/** What tokens may do at the planted API, as its owner would declare it. The copy itself does not decide by it. */
export const plantedPolicy = policy(plantedCatalogue)
  .levels([weakLogin, strongLogin])
  .objects<{ supply: object; item: Item; takings: object; payment: object }>()
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
    takings: takings => ({
      read: takings.needs('admin').withoutObject().stepUp({ acr: strongLogin, maxAge: 600 }),
    }),
    payment: payment => ({
      make: payment
        .needs('write_orders')
        .withoutObject()
        .input<{ amount: number }>()
        .details<{ amount: number }>(amountType)
        .when('within what was allowed', ({ input, details }) => input.amount.lte(details.amount)),
    }),
  })
