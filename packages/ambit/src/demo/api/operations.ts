import type { Catalogue } from '@ambit/scope'
import type { DemoCatalogue } from '../catalogue.ts'
import { addPet, changePrice, changeStock, placeOrder, type Shop } from './shop.ts'

/** A scope of the demonstration. */
export type DemoScope = DemoCatalogue extends Catalogue<infer Token> ? Token : never

/** Who calls, as far as an operation wants to know. */
export type Caller = { readonly subject: string }

/** What an operation answers: a value, or what is wrong with the body. */
export type Outcome =
  | { readonly kind: 'done'; readonly status: 200 | 201; readonly value: unknown }
  | { readonly kind: 'unfit'; readonly detail: string }

/** One operation of an API: where it is, what it asks of a token, and what it does. */
export type Operation = {
  readonly name: string
  readonly api: 'petstore' | 'inventory'
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly needs: DemoScope
  readonly act: (shop: Shop, body: unknown, caller: Caller) => Outcome
}

/** Every operation of both APIs, each with its requirement. */
export function operationsOf(): readonly Operation[] {
  const at = (api: Operation['api'], method: Operation['method'], path: string) =>
    ({ api, method, path: `/${api}${path}` }) as const
  const show = (pick: (shop: Shop) => unknown): Operation['act'] => {
    return shop => ({ kind: 'done', status: 200, value: pick(shop) })
  }
  return [
    {
      name: 'list pets',
      ...at('petstore', 'GET', '/pets'),
      needs: 'read_pets',
      act: show(shop => shop.pets),
    },
    { name: 'add a pet', ...at('petstore', 'POST', '/pets'), needs: 'write_pets', act: addPet },
    {
      name: 'list orders',
      ...at('petstore', 'GET', '/orders'),
      needs: 'read_orders',
      act: show(shop => shop.orders),
    },
    { name: 'order a pet', ...at('petstore', 'POST', '/orders'), needs: 'write_orders', act: placeOrder },
    {
      name: 'see the report',
      ...at('petstore', 'GET', '/report'),
      needs: 'admin',
      act: show(shop => ({ pets: shop.pets.length, orders: shop.orders.length })),
    },
    {
      name: 'list supply orders',
      ...at('inventory', 'GET', '/orders'),
      needs: 'order',
      act: show(shop => shop.supplies.map(({ id, supplier }) => ({ id, supplier }))),
    },
    {
      name: 'list the items of supply orders',
      ...at('inventory', 'GET', '/orders/items'),
      needs: 'order:items',
      act: show(shop => shop.supplies.flatMap(({ items }) => items)),
    },
    {
      name: 'change the stock',
      ...at('inventory', 'POST', '/stock'),
      needs: 'inventory:write',
      act: changeStock,
    },
    {
      name: 'change a price',
      ...at('inventory', 'POST', '/prices'),
      needs: 'inventory:price:write',
      act: changePrice,
    },
  ]
}
