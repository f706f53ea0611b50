// RFC 9110 §15
import type { Has } from './defects.ts'
import { type Item, type Order, type Shop, storesOf } from './shop.ts'

/** Who calls, as far as what happens then asks. */
export type Caller = {
  readonly claims: Readonly<Record<string, unknown>>
  /** The one principal that it is, over all issuers. */
  readonly principal: string
  readonly name: string
}

/** A call that the guard let in. */
type Call = {
  readonly shop: Shop
  readonly caller: Caller
  readonly parameters: ReadonlyMap<string, string>
  readonly query: URLSearchParams
  readonly body: unknown
  /** A field of the request. */
  readonly field: (name: string) => string | undefined
  readonly has: Has
}

/** What an operation answers: a value, or what is wrong. */
export type Outcome =
  | { readonly kind: 'done'; readonly value?: unknown }
  | { readonly kind: 'unfit' | 'missing' | 'forbidden'; readonly detail: string }

/** What an operation does. */
export type Act = (call: Call) => Outcome | Promise<Outcome>

const done = (value?: unknown): Outcome => ({ kind: 'done', value })
const unfit = (detail: string): Outcome => ({ kind: 'unfit', detail })
const nothing: Outcome = { kind: 'missing', detail: 'there is nothing here' }
const notAllowed: Outcome = { kind: 'forbidden', detail: 'this is not allowed' }
const shown = ({ id, pet, by }: Order) => ({ id, pet, by })

/** What each operation does. */
export const acts: Readonly<Record<string, Act>> = {
  listPets: ({ shop }) => done(shop.pets),
  addAPet: ({ shop, body }) => {
    const name = textOf(body, 'name')
    if (name === undefined) return unfit('`name` of 1 to 40 characters is wanted')
    const pet = { id: shop.pets.length + 1, name }
    shop.pets.push(pet)
    return done(pet)
  },
  listOrders: ({ shop, caller, query, has }) => {
    const asked = query.get('ids')?.split(',').map(Number)
    const isServed = has('clients-see-all') && caller.principal.startsWith('client ')
    const seesAll = isServed || has(asked === undefined ? 'list-of-all' : 'filter-without-owner')
    const orders = [...shop.orders.values()].filter(({ owner }) => seesAll || owner === caller.principal)
    return done(orders.filter(({ id }) => asked === undefined || asked.includes(id)).map(shown))
  },
  orderAPet: ({ shop, caller, body, has }) => {
    const pet = textOf(body, 'pet')
    if (pet === undefined || !shop.pets.some(({ name }) => name === pet))
      return unfit('`pet`, the name of a pet in the shop, is wanted')
    const by = (has('mass-assignment') ? textOf(body, 'by') : undefined) ?? caller.name
    shop.lastOrder += 1
    const order = { id: shop.lastOrder, pet, by, owner: caller.principal }
    shop.orders.set(order.id, order)
    return done(shown(order))
  },
  seeAnOrder: call => {
    const { shop, has } = call
    const found = findOrder(call, has('other-users-order'))
    const deleted = has('deleted-served') ? shop.cancelled.get(idOf(call)) : undefined
    if (deleted !== undefined && deleted.owner === call.caller.principal) return done(shown(deleted))
    return 'kind' in found ? found : done(shown(found))
  },
  changeAnOrder: call => {
    const found = findOrder(call, false)
    if ('kind' in found) return found
    const pet = textOf(call.body, 'pet')
    if (pet === undefined || !call.shop.pets.some(({ name }) => name === pet))
      return unfit('`pet`, the name of a pet in the shop, is wanted')
    const changed = { ...found, pet }
    call.shop.orders.set(found.id, changed)
    return done(shown(changed))
  },
  cancelAnOrder: call => {
    const { shop, caller, has } = call
    // cancelling once more comes to the same
    if (shop.cancelled.get(idOf(call))?.owner === caller.principal) return done()
    const found = findOrder(call, has('delete-without-owner'))
    if ('kind' in found) return found
    shop.orders.delete(found.id)
    shop.cancelled.set(found.id, found)
    return done()
  },
  seeTheReport: ({ shop }) => done({ pets: shop.pets.length, orders: shop.orders.size }),
  seeTheTakings: () => done({ total: 1815 }),
  greetTheShop: () => done(),
  payForPets: ({ body }) => {
    const amount = numberOf(body, 'amount')
    return amount === undefined ? unfit('`amount`, a number, is wanted') : done({ amount })
  },

  listSupplyOrders: ({ shop }) => done(shop.supplies.map(({ id, supplier }) => ({ id, supplier }))),
  listTheItemsOfSupplyOrders: ({ shop }) => done(shop.supplies.flatMap(({ items }) => items)),
  seeAnItem: call => {
    const { shop, parameters, has } = call
    const item = shop.items.get(parameters.get('item') ?? '')
    if (item === undefined || !isOwn(call, item)) return nothing
    const isChild = item.store === parameters.get('store') || has('parent-ignored')
    return isChild ? done(item) : nothing
  },
  changeTheStock: call => {
    const isOpen = call.has('condition-skipped')
    return onItem({ call, member: 'number', isOpen }, ({ item, value }) => {
      keep(call, { ...item, number: value })
      return done({ item: item.name, number: value })
    })
  },
  takeFromTheStock: withdraw,
  takeStock: call => {
    const parts: readonly unknown[] = Array.isArray(call.body) ? call.body : []
    if (parts.length === 0 || !parts.every(part => itemOf(call, part) !== undefined))
      return unfit('a list of items is wanted')
    const looked = call.has('batch-by-first') ? parts.slice(0, 1) : parts
    const isAllowed = looked.every(part => {
      const item = itemOf(call, part)
      return item !== undefined && isOwn(call, item)
    })
    return isAllowed ? done(parts) : notAllowed
  },
  changeAPrice: call =>
    onItem({ call, member: 'price' }, ({ item, value }) => {
      if (Math.abs(value - item.price) * 100 > 20 * item.price) return notAllowed
      if (item.locked && !call.has('forbid-skipped')) return notAllowed
      keep(call, { ...item, price: value })
      return done({ item: item.name, price: value })
    }),
}

async function withdraw(call: Call): Promise<Outcome> {
  const { has, body } = call
  return onItem({ call, member: 'number' }, async ({ item, value }) => {
    const most = item.number + (has('off-by-one') ? 1 : 0)
    if (value > most) return notAllowed
    if (has('race')) await new Promise(resolve => setImmediate(resolve))
    const now = has('race') ? (call.shop.items.get(item.name) ?? item) : item
    const price = has('price-with-withdrawal') ? numberOf(body, 'price') : undefined
    keep(call, { ...now, number: now.number - value, ...(price !== undefined && { price }) })
    return done({ item: item.name, number: value })
  })
}

/** The item that a part of a list is about. */
function itemOf({ shop: { items } }: Call, part: unknown): Item | undefined {
  return numberOf(part, 'number') === undefined ? undefined : items.get(textOf(part, 'item') ?? '')
}

type Change = { readonly item: Item; readonly value: number }

type Changing = {
  readonly call: Call
  readonly member: 'number' | 'price'
  /** Whose store it is does not matter, by a defect. */
  readonly isOpen?: boolean
}

function onItem(
  { call, member, isOpen = false }: Changing,
  act: (change: Change) => Outcome | Promise<Outcome>,
): Outcome | Promise<Outcome> {
  const { shop, body, has } = call
  const item = shop.items.get(textOf(body, 'item') ?? '')
  const value = numberOf(body, member)
  const isFit = value !== undefined && value >= 0 && value <= 1000
  if (item !== undefined && (memberOf(body, member) ?? undefined) === undefined && has('missing-opens'))
    return done({ item: item.name })
  if (item === undefined || value === undefined || !isFit || (member === 'number' && !Number.isInteger(value)))
    return unfit(`\`item\`, the name of one in the inventory, and \`${member}\`, a number from 0 to 1000, are wanted`)
  return isOwn(call, item) || isOpen ? act({ item, value }) : notAllowed
}

function isOwn({ caller, body, field, has }: Call, { store }: Item): boolean {
  const said = has('store-from-caller') ? (textOf(body, 'store') ?? field('x-store-id')) : undefined
  return storesOf(caller.claims).includes(store) || said === store
}

function keep({ shop }: Call, item: Item): void {
  shop.items.set(item.name, item)
}

function idOf({ parameters }: Call): number {
  return Number(parameters.get('id'))
}

/** An order of the caller's own; others are as if they were not there. */
function findOrder(call: Call, isAnyOwner: boolean): Order | Outcome {
  const order = call.shop.orders.get(idOf(call))
  if (order === undefined) return nothing
  if (isAnyOwner || order.owner === call.caller.principal) return order
  return call.has('missing-differs') ? { kind: 'forbidden', detail: 'this order is somebody else’s' } : nothing
}

/** A member of a body that is a text of 1 to 40 characters. */
function textOf(body: unknown, name: string): string | undefined {
  const value = memberOf(body, name)
  return typeof value === 'string' && value.length >= 1 && value.length <= 40 ? value : undefined
}

/** A member of a body that is a number. */
export function numberOf(body: unknown, name: string): number | undefined {
  const value = memberOf(body, name)
  return typeof value === 'number' ? value : undefined
}

/** A member of a JSON object, its own alone. */
export function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined
}
