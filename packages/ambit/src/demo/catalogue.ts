import { defineScopes, type ScopeDeclaration } from '@ambit/scope'
import { withOpenIdScopes } from '../config/openid-scopes.ts'
import { inventoryOf, type Places, petStoreOf } from './places.ts'

/** All scopes of the demonstration: a pet store with one umbrella, an inventory whose names are paths. */
export function demoCatalogue(places: Pick<Places, 'api'>) {
  return defineScopes(
    withOpenIdScopes({ scopes: { ...petStoreScopes(petStoreOf(places)), ...inventoryScopes(inventoryOf(places)) } }),
  )
}

/** The catalogue of the demonstration, with its names. */
export type DemoCatalogue = ReturnType<typeof demoCatalogue>

function petStoreScopes(resource: string) {
  return {
    read_pets: {
      resource,
      title: { en: 'See the pets', de: 'Die Tiere sehen' },
      description: { en: 'Names of all pets in the store', de: 'Die Namen aller Tiere im Laden' },
    },
    write_pets: {
      resource,
      title: { en: 'Add pets', de: 'Tiere hinzufügen' },
      description: {
        en: 'Put new pets on the list of the store',
        de: 'Neue Tiere auf die Liste des Ladens setzen',
      },
    },
    read_orders: {
      resource,
      title: { en: 'See the orders', de: 'Die Bestellungen sehen' },
      description: { en: 'Who ordered which pet', de: 'Wer welches Tier bestellt hat' },
    },
    write_orders: {
      resource,
      title: { en: 'Order pets', de: 'Tiere bestellen' },
      description: { en: 'Place orders in your name', de: 'In Ihrem Namen bestellen' },
      risk: 'sensitive',
    },
    admin: {
      resource,
      title: { en: 'Run the whole pet store', de: 'Den ganzen Tierladen führen' },
      description: {
        en: 'Everything above, and the report of the store',
        de: 'Alles Genannte, dazu der Bericht über den Laden',
      },
      implies: ['read_pets', 'write_pets', 'read_orders', 'write_orders'],
      risk: 'dangerous',
      accessTokenTtl: 300,
    },
  } as const satisfies Readonly<Record<string, ScopeDeclaration>>
}

function inventoryScopes(resource: string) {
  return {
    order: {
      resource,
      title: { en: 'See the supply orders', de: 'Die Lieferungen sehen' },
      description: { en: 'What was ordered from suppliers', de: 'Was bei Lieferanten bestellt ist' },
    },
    'order:items': {
      resource,
      title: { en: 'See the items of supply orders', de: 'Die Posten der Lieferungen sehen' },
      description: { en: 'What is in each delivery', de: 'Was in jeder Lieferung ist' },
    },
    'inventory:read': {
      resource,
      title: { en: 'See the inventory', de: 'Den Bestand sehen' },
      description: { en: 'What is in stock, and what it costs', de: 'Was im Lager ist und was es kostet' },
    },
    'inventory:write': {
      resource,
      title: { en: 'Change the inventory', de: 'Den Bestand ändern' },
      description: { en: 'Numbers in stock, and prices', de: 'Zahlen im Lager und Preise' },
    },
    'inventory:stock:write': {
      resource,
      title: { en: 'Take from the stock', de: 'Aus dem Lager nehmen' },
      description: { en: 'What leaves the store', de: 'Was den Laden verlässt' },
    },
    'inventory:price:write': {
      resource,
      title: { en: 'Change prices', de: 'Preise ändern' },
      description: { en: 'What customers pay', de: 'Was Kunden bezahlen' },
      risk: 'sensitive',
    },
  } as const satisfies Readonly<Record<string, ScopeDeclaration>>
}
