import { demoUsers } from '../config.ts'
import type { Item } from './inventory-policy.ts'
import type { Call, Outcome } from './operation.ts'

/** An order: of which pet, by whom, and which principal it belongs to. */
export type Order = { readonly id: number; readonly pet: string; readonly by: string; readonly owner: string }

/** What the shop has; it lives as long as the process. */
export type Shop = {
  readonly pets: { readonly id: number; readonly name: string }[]
  readonly orders: Map<number, Order>
  /** The owners of orders that were cancelled. */
  readonly cancelled: Map<number, string>
  nextOrder: number
  readonly supplies: readonly { readonly id: number; readonly supplier: string; readonly items: readonly string[] }[]
  readonly items: Map<string, Item>
}

/** A shop as it opens, with two orders of each user of an issuer. */
export function openShop(issuer: string): Shop {
  const order = (id: number, pet: string, { userId }: { readonly userId: string }): readonly [number, Order] => [
    id,
    { id, pet, by: userId, owner: `user ${issuer} ${userId}` },
  ]
  return {
    pets: [
      { id: 1, name: 'Bello' },
      { id: 2, name: 'Minka' },
    ],
    orders: new Map([
      order(1, 'Minka', demoUsers.ada),
      order(2, 'Bello', demoUsers.grace),
      order(3, 'Bello', demoUsers.ada),
      order(4, 'Minka', demoUsers.grace),
    ]),
    cancelled: new Map(),
    nextOrder: 5,
    supplies: [{ id: 1, supplier: 'Feed & Straw', items: ['40 bags of hay', '12 water bottles'] }],
    items: new Map([
      ['hay', { name: 'hay', store: 'main', number: 40, price: 7.5, locked: false }],
      ['bell', { name: 'bell', store: 'main', number: 3, price: 20, locked: true }],
      ['straw', { name: 'straw', store: 'harbour', number: 12, price: 4, locked: false }],
    ]),
  }
}

/** The most pets that the shop holds, and how many of them stay when it is full: it is a small one. */
const most = 100
const staying = 2

/** Adds a pet: `{ "name": "Rex" }`; where the shop is full, the first that was added has found a home. */
export function addPet({ pets }: Shop, { body }: Pick<Call, 'body'>): Outcome {
  const name = textOf(body, 'name')
  if (name === undefined) return unfit('`name` of 1 to 40 characters is wanted')
  const pet = { id: (pets.at(-1)?.id ?? 0) + 1, name }
  pets.push(pet)
  if (pets.length > most) pets.splice(staying, 1)
  return { kind: 'done', value: pet }
}

/** A change that a body asks for: of one item, one number. */
export type Change = { readonly item: Item; readonly value: number }

/** Reads `{ "item": "hay", "number": 12 }` or `{ "item": "hay", "price": 8 }`; `undefined` where it does not fit. */
export function readChange({ items }: Shop, member: 'number' | 'price', body: unknown): Change | undefined {
  const item = items.get(textOf(body, 'item') ?? '')
  const value = memberOf(body, member)
  if (item === undefined || typeof value !== 'number' || !(value >= 0 && value <= 1000)) return undefined
  return member === 'number' && !Number.isInteger(value) ? undefined : { item, value }
}

/** Changes how much there is of an item. */
export function changeStock(shop: Shop, { body }: Pick<Call, 'body'>): Outcome {
  return change(shop, 'number', body, ({ item, value }) => ({ ...item, number: value }))
}

/** Takes something away. The policy has said that there is enough, but others may have been faster. */
export function withdraw(shop: Shop, { body }: Pick<Call, 'body'>): Outcome {
  const wanted = readChange(shop, 'number', body)
  if (wanted !== undefined && wanted.value > wanted.item.number)
    return { kind: 'overtaken', detail: 'there is not so much left' }
  return change(shop, 'number', body, ({ item, value }) => ({ ...item, number: item.number - value }))
}

/** Changes what an item costs. */
export function changePrice(shop: Shop, { body }: Pick<Call, 'body'>): Outcome {
  return change(shop, 'price', body, ({ item, value }) => ({ ...item, price: value }))
}

function change(shop: Shop, member: 'number' | 'price', body: unknown, make: (change: Change) => Item): Outcome {
  const wanted = readChange(shop, member, body)
  if (wanted === undefined)
    return unfit(`\`item\`, the name of one in the inventory, and \`${member}\`, a number from 0 to 1000, are wanted`)
  const { item, value } = wanted
  shop.items.set(item.name, make(wanted))
  return { kind: 'done', value: { item: item.name, [member]: value } }
}

/** Finds the item that a path names; `undefined` where that store has none of this name. */
export function findItem({ items }: Shop, parameters: Call['parameters']): Item | undefined {
  const item = items.get(parameters.get('item') ?? '')
  return item?.store === parameters.get('store') ? item : undefined
}

/** Shows the item that a path names. */
export function seeItem(shop: Shop, { parameters }: Pick<Call, 'parameters'>): Outcome {
  const item = findItem(shop, parameters)
  return item === undefined ? { kind: 'missing' } : { kind: 'done', value: item }
}

/** A member of a body that is a text of 1 to 40 characters. */
export function textOf(body: unknown, name: string): string | undefined {
  const value = memberOf(body, name)
  return typeof value === 'string' && value.length >= 1 && value.length <= 40 ? value : undefined
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined
}

/** Tells what is wrong with a body. */
export function unfit(detail: string): Outcome {
  return { kind: 'unfit', detail }
}
