import { type Catalogue, defineScopes } from '@ambit/scope'
import type { TokenView } from '../decision.ts'
import { policy } from '../index.ts'

/** What the shop sells. */
export type Item = {
  readonly store: string
  readonly price: number
  readonly locked: boolean
  readonly tags: readonly string[]
  readonly note?: string
}

/** What somebody bought. */
export type Order = { readonly id: string; readonly store: string; readonly total: number }

export const scopes = defineScopes({
  scopes: {
    'inventory:read': {},
    'inventory:write': {},
    'inventory:price:write': {},
    order: {},
    'order:items': {},
    'order:refund': {},
  },
})

/** The policy that the tests decide by. */
export const shop = policy(scopes)
  .claims<{ store: string; tier: 'partner' | 'internal' }>()
  .levels(['urn:shop:password', 'urn:shop:mfa'])
  .objects<{ item: Item; order: Order }>()
  .actions({
    item: item => ({
      read: item.needs('inventory:read').when('own store', ({ token, item }) => item.store.eq(token.store)),
      create: item.needs('inventory:write').withoutObject().input<{ price: number }>(),
      updatePrice: item
        .needs('inventory:price:write')
        .input<{ newPrice: number }>()
        .when('own store', ({ token, item }) => item.store.eq(token.store))
        .when('at most 20 %', ({ input, item }) => input.newPrice.within(20, item.price))
        .forbid('locked', ({ token, item }) => item.locked.isTrue().and(token.tier.ne('internal'))),
    }),
    order: order => ({
      refund: order
        .needs({ anyOf: ['order:refund', { allOf: ['order:items', 'inventory:write'] }] })
        .input<{ amount: number }>()
        .when('own store', ({ token, order }) => order.store.eq(token.store))
        .stepUp('urn:shop:mfa', ({ input }) => input.amount.lte(5000)),
    }),
  })

/** Makes a token of some scopes and claims. */
export function tokenOf<Token extends string>(
  catalogue: Catalogue<Token>,
  granted: readonly NoInfer<Token>[],
  claims: Readonly<Record<string, unknown>> = {},
): TokenView {
  return { scope: catalogue.set(...granted), claims }
}
