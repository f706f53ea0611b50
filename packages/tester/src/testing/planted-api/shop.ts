import { clients, people } from './names.ts'

/** An order of a pet. */
export type Order = { readonly id: number; readonly pet: string; readonly by: string; readonly owner: string }

/** Something that a store keeps. */
export type Item = {
  readonly name: string
  readonly store: string
  readonly number: number
  readonly price: number
  readonly locked: boolean
}

/** What the copy's shop has. */
export type Shop = {
  readonly pets: { readonly id: number; readonly name: string }[]
  readonly orders: Map<number, Order>
  /** Orders that were cancelled. */
  readonly cancelled: Map<number, Order>
  readonly supplies: readonly { readonly id: number; readonly supplier: string; readonly items: readonly string[] }[]
  readonly items: Map<string, Item>
  /** How many orders were ever made. */
  lastOrder: number
}

/** A shop as it opens; `owner` tells which principal a user of the issuer is. */
export function openShop(owner: (sub: string) => string): Shop {
  const order = (id: number, pet: string, by: string): readonly [number, Order] => [
    id,
    { id, pet, by, owner: owner(by) },
  ]
  return {
    pets: [
      { id: 1, name: 'Bello' },
      { id: 2, name: 'Minka' },
    ],
    orders: new Map([
      order(1, 'Minka', people.first),
      order(2, 'Bello', people.second),
      order(3, 'Bello', people.first),
      order(4, 'Minka', people.second),
    ]),
    cancelled: new Map(),
    supplies: [{ id: 1, supplier: 'Feed & Straw', items: ['40 bags of hay', '12 water bottles'] }],
    items: new Map([
      ['hay', { name: 'hay', store: 'main', number: 40, price: 7.5, locked: false }],
      ['bell', { name: 'bell', store: 'main', number: 3, price: 20, locked: true }],
      ['straw', { name: 'straw', store: 'harbour', number: 12, price: 4, locked: false }],
    ]),
    lastOrder: 4,
  }
}

const storesOfPeople: ReadonlyMap<unknown, readonly string[]> = new Map([
  [people.first, ['main']],
  [people.second, ['harbour']],
])
const storesOfClients: ReadonlyMap<unknown, readonly string[]> = new Map([[clients.second, ['main', 'harbour']]])

/** The stores that somebody works in: people in their own, a client that acts for itself in those that it was given. */
export function storesOf(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const known = claims['sub'] === claims['client_id'] ? storesOfClients : storesOfPeople
  return known.get(claims['sub']) ?? []
}
