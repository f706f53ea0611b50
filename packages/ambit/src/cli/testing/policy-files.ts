import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Cli, testCli } from './run.ts'

const shopFile = `import { policy } from '@ambit/policy'
import { defineScopes } from '@ambit/scope'

const scopes = defineScopes({
  scopes: {
    'inventory:read': {},
    'inventory:price:write': { risk: 'sensitive', grantTypes: ['authorization_code'] },
    order: {},
    'order:items': {},
    spare: {},
  },
})

export const shop = policy(scopes)
  .claims<{ store: string }>()
  .objects<{ item: { store: string; price: number }; order: { store: string } }>()
  .actions({
    item: item => ({
      read: item.needs('inventory:read').when('own store', ({ token, item }) => item.store.eq(token.store)),
      updatePrice: item
        .needs('inventory:price:write')
        .input<{ newPrice: number }>()
        .when('at most 20 %', ({ input, item }) => input.newPrice.within(20, item.price)),
    }),
    order: order => ({
      list: order.needs('order:items').fact<'friends', readonly string[]>('friends', { load: () => ['ada'] })
        .when('a friend', ({ fact, token }) => token.sub.in(fact.friends)),
    }),
  })
`

/** The policy of a shop, and how it is called. */
export const shopPolicy = { file: 'shop.ts', text: shopFile } as const

/** Runs commands in a folder with the policy of a shop and other files, without a configuration. */
export function policyCli(test: TestContext, files: Readonly<Record<string, string>> = {}): Cli {
  const cli = testCli(test, 'none')
  for (const [name, text] of Object.entries({ [shopPolicy.file]: shopFile, ...files }))
    writeFileSync(join(cli.folder, name), text)
  return cli
}
