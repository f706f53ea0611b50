import { defineScopes } from '@ambit/scope'

/** The resources of the test world: one with JWT access tokens, one with opaque ones. */
export const pets = 'https://api.example/pets'
/** The resource with opaque access tokens. */
export const inventory = 'https://api.example/inventory'

/** A catalogue like the demonstration's: a pet store, an inventory, and the scopes of OpenID Connect. */
export const testCatalogue = defineScopes({
  scopes: {
    openid: { title: 'Know who you are', consent: 'mandatory' },
    profile: { title: 'See your profile' },
    email: { title: 'See your e-mail address' },
    address: { title: 'See your postal address' },
    phone: { title: 'See your phone number' },
    offline_access: {
      title: 'Act while you are away',
      risk: 'sensitive',
      grantTypes: ['authorization_code', 'refresh_token', 'password'],
    },
    read_pets: { title: 'See pets', resource: pets, default: true },
    write_pets: { title: 'Change pets', resource: pets, risk: 'sensitive' },
    read_orders: { title: 'See orders', resource: pets },
    write_orders: { title: 'Change orders', resource: pets, risk: 'sensitive' },
    admin: {
      title: 'Everything in the pet store',
      resource: pets,
      risk: 'dangerous',
      implies: ['read_pets', 'write_pets', 'read_orders', 'write_orders'],
      accessTokenTtl: 60,
    },
    order: { title: 'See orders of the inventory', resource: inventory },
    'order:items': { title: 'See items of orders', resource: inventory },
    'inventory:write': { title: 'Change the inventory', resource: inventory, risk: 'sensitive' },
    'inventory:price:write': { title: 'Change prices', resource: inventory, risk: 'dangerous' },
  },
})
