import { describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import { accessTokenContract } from './access-tokens.ts'
import { accountContract } from './accounts.ts'
import { attemptContract } from './attempts.ts'
import type { Claim } from './claim.ts'
import { clientContract } from './clients.ts'
import { durabilityContract } from './durability.ts'
import { exchangeContract } from './exchange.ts'
import { exchangedTokenContract } from './exchanged-tokens.ts'
import { grantContract } from './grants.ts'
import { keyContract } from './keys.ts'
import { nodeContract } from './nodes.ts'
import { revocationContract } from './revocation.ts'
import { scopeUsageContract } from './scope-usage.ts'
import { statusContract } from './statuses.ts'
import { sweepContract } from './sweep.ts'
import { ticketContract } from './tickets.ts'

/**
 * The contract of a store, as tests of node:test: whatever keeps it can stand behind the server.
 * @example storeContract('my store', () => openEmptyStore())
 */
export function storeContract(name: string, open: () => Promise<Store>): void {
  const claim: Claim = (title, prove) =>
    void test(title, async () => {
      const store = await open()
      try {
        await prove(store)
      } finally {
        await store.close()
      }
    })
  describe(name, () => {
    clientContract(claim)
    accountContract(claim)
    grantContract(claim)
    exchangeContract(claim)
    accessTokenContract(claim)
    exchangedTokenContract(claim)
    revocationContract(claim)
    statusContract(claim)
    scopeUsageContract(claim)
    ticketContract(claim)
    keyContract(claim)
    attemptContract(claim)
    nodeContract(claim)
    sweepContract(claim)
    durabilityContract(claim)
  })
}
