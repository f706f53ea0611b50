import type { ScopeSet } from '@ambit/scope'
import type { DemoCatalogue } from '../catalogue.ts'
import { addPet, changePrice, changeStock, placeOrder, type Shop } from './shop.ts'

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
  readonly requirement: ScopeSet
  readonly act: (shop: Shop, body: unknown, caller: Caller) => Outcome
}

/** Every operation of both APIs, each with its requirement. */
export function operationsOf(catalogue: DemoCatalogue): readonly Operation[] {
  const at = (api: Operation['api'], method: Operation['method'], path: string) =>
    ({ api, method, path: `/${api}${path}` }) as const
  const show = (pick: (shop: Shop) => unknown): Operation['act'] => {
    return shop => ({ kind: 'done', status: 200, value: pick(shop) })
  }
  const set: DemoCatalogue['set'] = (...tokens) => catalogue.set(...tokens)
  return [
    {
      name: 'list pets',
      ...at('petstore', 'GET', '/pets'),
      requirement: set('read_pets'),
      act: show(shop => shop.pets),
    },
    { name: 'add a pet', ...at('petstore', 'POST', '/pets'), requirement: set('write_pets'), act: addPet },
    {
      name: 'list orders',
      ...at('petstore', 'GET', '/orders'),
      requirement: set('read_orders'),
      act: show(shop => shop.orders),
    },
    { name: 'order a pet', ...at('petstore', 'POST', '/orders'), requirement: set('write_orders'), act: placeOrder },
    {
      name: 'see the report',
      ...at('petstore', 'GET', '/report'),
      requirement: set('admin'),
      act: show(shop => ({ pets: shop.pets.length, orders: shop.orders.length })),
    },
    {
      name: 'list supply orders',
      ...at('inventory', 'GET', '/orders'),
      requirement: set('order'),
      act: show(shop => shop.supplies.map(({ id, supplier }) => ({ id, supplier }))),
    },
    {
      name: 'list the items of supply orders',
      ...at('inventory', 'GET', '/orders/items'),
      requirement: set('order:items'),
      act: show(shop => shop.supplies.flatMap(({ items }) => items)),
    },
    {
      name: 'change the stock',
      ...at('inventory', 'POST', '/stock'),
      requirement: set('inventory:write'),
      act: changeStock,
    },
    {
      name: 'change a price',
      ...at('inventory', 'POST', '/prices'),
      requirement: set('inventory:price:write'),
      act: changePrice,
    },
  ]
}
