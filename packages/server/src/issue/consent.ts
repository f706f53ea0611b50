// RFC 6749 §4.3
import { grantOf } from '../authorize/consent.ts'
import type { ServerContext } from '../context.ts'
import type { Minting } from './mint.ts'

/** Remembers what is issued for a password as granted, so that it stands with the rest that the user can take back. */
export async function rememberConsent(context: ServerContext, { issuance, now }: Minting): Promise<void> {
  const { user, client, grantScope } = issuance
  if (!user) return
  const consent = { userId: user.userId, clientId: client.clientId, scope: grantScope, now }
  await context.store.addToGrant(grantOf(context, consent))
}
