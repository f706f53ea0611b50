// Token Status List §7.1
import { type Clock, endLostTokens, type Store } from '@ambit/server'
import type { Config } from '../config/config.ts'

type Permissions = Pick<Config, 'catalogue' | 'roles' | 'grantable' | 'statusList'>

/**
 * Ends the tokens whose users may no longer pass on what they carry: the configuration may give roles, users and scopes less
 * than it did when the server ran last, and APIs that read status lists would not see it otherwise.
 */
export async function endAllLost(
  config: Permissions,
  world: { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  if (config.statusList === undefined) return
  for (const { userId } of await world.store.listUsers()) await endLostTokens({ ...config, ...world }, { userId })
}
