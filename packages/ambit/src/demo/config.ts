import type { ConfigDeclaration } from '../config/declaration.ts'
import type { DemoCatalogue } from './catalogue.ts'
import { callbackOf, inventoryOf, type Places, petStoreOf } from './places.ts'

/** The demonstration's users, who work in one store each. Known to everybody who reads this, and so good on loopback alone. */
export const demoUsers = {
  ada: { userId: 'ada', username: 'ada', password: 'lovelace-1843' },
  grace: { userId: 'grace', username: 'grace', password: 'hopper-1906' },
} as const

/** The login that the demonstration is shown with. */
export const demoUser = { username: demoUsers.ada.username, password: demoUsers.ada.password } as const

/** Names of the demonstration's clients. */
export const demoClients = {
  app: 'pet-shop-app',
  api: 'demo-api',
  machine: 'stock-robot',
  tester: 'scope-tester',
  secondMachine: 'second-robot',
} as const

/** What users read of the tester's client. */
export const testerName = 'Tester of scope'

/** The clients' secrets, made anew at each start. */
export type DemoSecrets = { readonly [Name in keyof typeof demoClients]: string }

/** What the demonstration's server is made of. */
export type DemoSetting = {
  readonly places: Pick<Places, 'api' | 'app'>
  readonly port: number
  /** A path, or `memory`. */
  readonly store: string
  readonly secrets: DemoSecrets
}

/** The configuration of the demonstration's authorization server, as an operator would write it. */
export function demoConfig(catalogue: DemoCatalogue, setting: DemoSetting): ConfigDeclaration<DemoCatalogue> {
  const { places, port, store } = setting
  return {
    port,
    store,
    catalogue,
    resources: [
      { resource: petStoreOf(places), name: 'Pet store', tokenFormat: 'jwt' },
      { resource: inventoryOf(places), name: 'Inventory', tokenFormat: 'opaque' },
    ],
    clients: clientsOf(setting),
    users: [
      {
        ...demoUsers.ada,
        claims: { name: 'Ada Lovelace', given_name: 'Ada', email: 'ada@example.org', email_verified: true },
      },
      {
        ...demoUsers.grace,
        claims: { name: 'Grace Hopper', given_name: 'Grace', email: 'grace@example.org', email_verified: true },
      },
    ],
    statusList: { window: 4 },
    pages: { brand: { name: 'Ambit demo' } },
    log: { level: 'warn' },
  }
}

/** Every scope of the APIs. */
const apiScopes = [
  'read_pets',
  'write_pets',
  'read_orders',
  'write_orders',
  'admin',
  'order',
  'order:items',
  'inventory:read',
  'inventory:write',
  'inventory:stock:write',
  'inventory:price:write',
] as const

function clientsOf({ places, secrets }: DemoSetting): NonNullable<ConfigDeclaration<DemoCatalogue>['clients']> {
  return [
    {
      clientId: demoClients.app,
      name: 'Pet shop app',
      secret: secrets.app,
      redirectUris: [callbackOf(places)],
      postLogoutRedirectUris: [`${places.app}/`],
      scope: [
        'openid',
        'profile',
        'offline_access',
        'read_pets',
        'write_pets',
        'read_orders',
        'write_orders',
        'order',
        'order:items',
        'inventory:write',
        'inventory:price:write',
      ],
    },
    {
      clientId: demoClients.api,
      name: 'The demonstration’s APIs',
      secret: secrets.api,
      grantTypes: [],
      scope: [],
      introspects: [petStoreOf(places), inventoryOf(places)],
    },
    {
      clientId: demoClients.machine,
      name: 'Stock robot',
      secret: secrets.machine,
      scope: ['read_pets', 'order', 'inventory:write'],
    },
    {
      clientId: demoClients.secondMachine,
      name: 'Second robot',
      secret: secrets.secondMachine,
      scope: ['read_pets', 'order:items', 'inventory:read'],
    },
    {
      clientId: demoClients.tester,
      name: testerName,
      secret: secrets.tester,
      applicationType: 'native',
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
      redirectUris: ['http://127.0.0.1/callback'],
      scope: ['openid', 'offline_access', ...apiScopes],
    },
  ]
}
