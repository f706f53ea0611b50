// Token Status List §7.1
import { type Clock, eachUser, endLostTokens, type Store } from '@ambit/server'
import type { Config } from '../config/config.ts'
import { isLastConfig, noteLastConfig } from '../nodes/last-config.ts'

type Permissions = Pick<Config, 'catalogue' | 'roles' | 'grantable' | 'statusList'>

/** What ending them wants. */
export type LostWorld = {
  readonly store: Store
  readonly clock: Clock
  /** The program and its configuration. */
  readonly running: string
  /** Whether every node that serves with this store has this configuration. */
  readonly isAgreed: () => Promise<boolean>
}

/**
 * Ends the tokens whose users may no longer pass on what they carry: the configuration may give roles, users and scopes less
 * than it did when the server ran last, and APIs that read status lists would not see it otherwise.
 *
 * All users are gone through, so it is done once for a configuration: again where it may not be the same (what the program asks
 * for permissions may answer otherwise by now), or where a node with another one may still have issued tokens.
 */
export async function endAllLost(config: Permissions, world: LostWorld): Promise<void> {
  if (config.statusList === undefined) return
  const { store, running, isAgreed } = world
  if (config.grantable === undefined && (await isLastConfig(store, running))) return
  for await (const { userId } of eachUser(store)) await endLostTokens({ ...config, ...world }, { userId })
  if (await isAgreed()) await noteLastConfig(store, running)
}
