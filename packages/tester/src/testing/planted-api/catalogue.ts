import { defineScopes } from '@ambit/scope'

/** The scopes of the pet store, with what each opens beside itself. */
export const petStoreScopes = {
  read_pets: { title: 'See the pets', implies: [] },
  write_pets: { title: 'Add pets', implies: [] },
  read_orders: { title: 'See the orders', implies: [] },
  write_orders: { title: 'Order pets', implies: [] },
  admin: { title: 'Run the whole pet store', implies: ['read_pets', 'write_pets', 'read_orders', 'write_orders'] },
} as const

/** The scopes of the inventory, whose names are paths. */
export const inventoryScopes = {
  order: { title: 'See the supply orders', implies: [] },
  'order:items': { title: 'See the items of supply orders', implies: [] },
  'inventory:read': { title: 'See the inventory', implies: [] },
  'inventory:write': { title: 'Change the inventory', implies: [] },
  'inventory:stock:write': { title: 'Take from the stock', implies: [] },
  'inventory:price:write': { title: 'Change prices', implies: [] },
} as const

const scopes = { ...petStoreScopes, ...inventoryScopes }

/** What each scope is called. */
export const scopeTitles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(scopes).map(([name, { title }]) => [name, title]),
)

/** What each scope implies, as the copy's own guard reads it. */
export const implied: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(scopes).map(([name, { implies }]) => [name, implies]),
)

/** The catalogue by which the tester judges the copy. */
export const plantedCatalogue = defineScopes({ scopes })
