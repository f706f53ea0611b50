// RFC 6749 §4.3
import type { ServerContext } from '../context.ts'
import type { Minting } from './mint.ts'

/** Remembers what is issued as granted by the user, so that it stands with the rest that they can take back. */
export async function rememberConsent({ store, catalogue }: ServerContext, { issuance, now }: Minting): Promise<void> {
  const { user, client, grantScope } = issuance
  if (!user) return
  const scopes = grantScope.tokens.map(token => ({
    token,
    version: catalogue.definition(token)?.version ?? 1,
    grantedAt: now,
  }))
  await store.addToGrant({ userId: user.userId, clientId: client.clientId, scopes, createdAt: now, updatedAt: now })
}
