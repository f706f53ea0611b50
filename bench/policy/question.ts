/** The object of the question: an item of a shop. */
export type Item = { readonly store: string; readonly price: number; readonly locked: boolean }

/** Whether this token may change the price of this item to that one. */
export type Question = {
  readonly scope: string
  readonly store: string
  readonly tier: 'partner' | 'internal'
  readonly item: Item
  readonly newPrice: number
}

/** Every combination of what the rules look at: of 64 questions, 9 are answered yes. */
export const questions: readonly Question[] = ['inventory:price:write', 'inventory:read'].flatMap(scope =>
  ['s1', 's2'].flatMap(store =>
    (['partner', 'internal'] as const).flatMap(tier =>
      [true, false].flatMap(locked =>
        [1100, 1200, 1201, 800].map(newPrice => ({
          scope,
          store,
          tier,
          newPrice,
          item: { store: 's1', price: 1000, locked },
        })),
      ),
    ),
  ),
)

/** What all must answer: scope, own store, at most 20 percent, locked items for the shop's own people only. */
export function expected({ scope, store, tier, item, newPrice }: Question): boolean {
  const isNear = Math.abs(newPrice - item.price) * 100 <= 20 * item.price
  return scope === 'inventory:price:write' && store === item.store && isNear && (!item.locked || tier === 'internal')
}
