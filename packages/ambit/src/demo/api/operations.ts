import type { ActionOf, PolicyModel } from '@ambit/policy'
import type { Access, Guarded, PolicyGuard } from '@ambit/resource'
import type { AllOf, Catalogue } from '@ambit/scope'
import type { DemoCatalogue } from '../catalogue.ts'
import type { InventoryPolicy } from './inventory-policy.ts'
import { addPet, changePrice, changeStock, placeOrder, readChange, type Shop } from './shop.ts'

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
  readonly needs: AllOf<DemoScope>
  /** The policy's action that it is, where a policy says what it needs. */
  readonly action?: string
  /** Asks the policy about the object of the call; `undefined` where the body names none, which `act` tells. */
  readonly judge?: (shop: Shop, body: unknown, access: Access) => Promise<Guarded> | undefined
  readonly act: (shop: Shop, body: unknown, caller: Caller) => Outcome
}

/** Every operation of both APIs, each with its requirement. */
export function operationsOf(policy: InventoryPolicy, guard: PolicyGuard<InventoryPolicy>): readonly Operation[] {
  return [...petStore(), ...inventory(policy, guard)]
}

function petStore(): readonly Operation[] {
  const at = (method: Operation['method'], path: string, scope: DemoScope) =>
    ({ api: 'petstore', method, path: `/petstore${path}`, needs: { allOf: [scope] } }) as const
  return [
    { name: 'list pets', ...at('GET', '/pets', 'read_pets'), act: show(shop => shop.pets) },
    { name: 'add a pet', ...at('POST', '/pets', 'write_pets'), act: addPet },
    { name: 'list orders', ...at('GET', '/orders', 'read_orders'), act: show(shop => shop.orders) },
    { name: 'order a pet', ...at('POST', '/orders', 'write_orders'), act: placeOrder },
    {
      name: 'see the report',
      ...at('GET', '/report', 'admin'),
      act: show(shop => ({ pets: shop.pets.length, orders: shop.orders.length })),
    },
  ]
}

function inventory({ model }: InventoryPolicy, guard: PolicyGuard<InventoryPolicy>): readonly Operation[] {
  const at = (method: Operation['method'], path: string, action: ActionOf<InventoryPolicy>) =>
    ({ api: 'inventory', method, path: `/inventory${path}`, needs: needsOf(model, action), action }) as const
  return [
    {
      name: 'list supply orders',
      ...at('GET', '/orders', 'supply.list'),
      act: show(shop => shop.supplies.map(({ id, supplier }) => ({ id, supplier }))),
    },
    {
      name: 'list the items of supply orders',
      ...at('GET', '/orders/items', 'supply.listItems'),
      act: show(shop => shop.supplies.flatMap(({ items }) => items)),
    },
    {
      name: 'change the stock',
      ...at('POST', '/stock', 'item.changeStock'),
      judge: (shop, body, access) => {
        const change = readChange(shop, 'number', body)
        return (
          change && guard.decide(access, 'item.changeStock', { item: change.item, input: { number: change.value } })
        )
      },
      act: changeStock,
    },
    {
      name: 'change a price',
      ...at('POST', '/prices', 'item.changePrice'),
      judge: (shop, body, access) => {
        const change = readChange(shop, 'price', body)
        return change && guard.decide(access, 'item.changePrice', { item: change.item, input: { price: change.value } })
      },
      act: changePrice,
    },
  ]
}

function show(pick: (shop: Shop) => unknown): Operation['act'] {
  return shop => ({ kind: 'done', status: 200, value: pick(shop) })
}

/** What the policy asks of a token's scope: each action of the inventory has one alternative. */
function needsOf({ actions, catalogue }: PolicyModel, name: string): AllOf<DemoScope> {
  const isDeclared = (token: string): token is DemoScope => catalogue.definition(token) !== undefined
  return { allOf: actions.get(name)?.requirement.anyOf[0].tokens.filter(isDeclared) ?? [] }
}
