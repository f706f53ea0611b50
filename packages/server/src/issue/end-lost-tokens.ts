// Token Status List §7.1
import type { ServerContext } from '../context.ts'
import type { ClientId, SecretRef, UserId } from '../ports/ids.ts'
import { type StandingContext, stateOfAccessToken } from './standing.ts'

/**
 * Revokes the access tokens of a user that carry scope which was taken away, so that APIs that read the status list see it too.
 * Whoever asks the server sees it anyway. To be called when a grant or the user's permissions have shrunk.
 */
export async function endLostTokens(
  context: StandingContext & Pick<ServerContext, 'statusList'>,
  holder: { readonly userId: UserId; readonly clientId?: ClientId },
): Promise<void> {
  if (context.statusList === undefined) return
  const { store, clock } = context
  for (const ref of await store.findStatusTokens(holder, clock.now())) await endIfLost(context, ref)
}

/** Revokes an access token that is no longer good: what it stands on may have shrunk between its making and its storing. */
export async function endIfLost(context: StandingContext, ref: SecretRef): Promise<void> {
  const { store, clock } = context
  const found = await store.findAccessToken(ref)
  if (found && (await stateOfAccessToken(context, found)) !== 'active') await store.revokeAccessToken(ref, clock.now())
}
