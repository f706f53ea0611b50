import type { Item } from './inventory-policy.ts'
import type { Caller, Outcome } from './operations.ts'

/** What the shop has; it lives as long as the process. */
export type Shop = {
  readonly pets: { readonly id: number; readonly name: string }[]
  readonly orders: { readonly id: number; readonly pet: string; readonly by: string }[]
  readonly supplies: readonly { readonly id: number; readonly supplier: string; readonly items: readonly string[] }[]
  readonly items: Map<string, Item>
}

/** A shop as it opens. */
export function openShop(): Shop {
  return {
    pets: [
      { id: 1, name: 'Bello' },
      { id: 2, name: 'Minka' },
    ],
    orders: [{ id: 1, pet: 'Minka', by: 'a neighbour' }],
    supplies: [{ id: 1, supplier: 'Feed & Straw', items: ['40 bags of hay', '12 water bottles'] }],
    items: new Map([
      ['hay', { name: 'hay', store: 'main', number: 40, price: 7.5 }],
      ['straw', { name: 'straw', store: 'harbour', number: 12, price: 4 }],
    ]),
  }
}

/** The most of a kind that the shop holds: it is a small one. */
const most = 100

/** Adds a pet: `{ "name": "Rex" }`. */
export function addPet(shop: Shop, body: unknown): Outcome {
  const name = textOf(body, 'name')
  if (name === undefined) return unfit('`name` of 1 to 40 characters is wanted')
  if (shop.pets.length >= most) return unfit('the shop is full')
  const pet = { id: shop.pets.length + 1, name }
  shop.pets.push(pet)
  return { kind: 'done', status: 201, value: pet }
}

/** Orders a pet for the caller: `{ "pet": "Rex" }`. */
export function placeOrder(shop: Shop, body: unknown, { subject }: Caller): Outcome {
  const pet = textOf(body, 'pet')
  if (pet === undefined || !shop.pets.some(({ name }) => name === pet))
    return unfit('`pet`, the name of a pet in the shop, is wanted')
  if (shop.orders.length >= most) return unfit('the shop takes no more orders')
  const order = { id: shop.orders.length + 1, pet, by: subject }
  shop.orders.push(order)
  return { kind: 'done', status: 201, value: order }
}

/** A change that a body asks for: of one item, one number. */
export type Change = { readonly item: Item; readonly value: number }

/** Reads `{ "item": "hay", "number": 12 }` or `{ "item": "hay", "price": 8 }`; `undefined` where it does not fit. */
export function readChange({ items }: Shop, member: 'number' | 'price', body: unknown): Change | undefined {
  const item = items.get(textOf(body, 'item') ?? '')
  const value = memberOf(body, member)
  if (item === undefined || typeof value !== 'number' || !(value >= 0 && value <= 1000)) return undefined
  return { item, value }
}

/** Changes how much there is of an item. */
export function changeStock(shop: Shop, body: unknown): Outcome {
  return change(shop, 'number', body)
}

/** Changes what an item costs. */
export function changePrice(shop: Shop, body: unknown): Outcome {
  return change(shop, 'price', body)
}

function change(shop: Shop, member: 'number' | 'price', body: unknown): Outcome {
  const wanted = readChange(shop, member, body)
  if (wanted === undefined)
    return unfit(`\`item\`, the name of one in the inventory, and \`${member}\`, a number from 0 to 1000, are wanted`)
  const { item, value } = wanted
  shop.items.set(item.name, { ...item, [member]: value })
  return { kind: 'done', status: 200, value: { item: item.name, [member]: value } }
}

function textOf(body: unknown, name: string): string | undefined {
  const value = memberOf(body, name)
  return typeof value === 'string' && value.length >= 1 && value.length <= 40 ? value : undefined
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined
}

function unfit(detail: string): Outcome {
  return { kind: 'unfit', detail }
}
