// RFC 9700 §4.14.2
import type { ServerContext } from '../context.ts'
import type { IssuanceSpending } from '../grants/grant.ts'
import type { AccessTokenRecord, Spent } from '../ports/records.ts'
import { deriveSuccessor } from '../secret.ts'
import type { Minting } from './mint.ts'

/**
 * Answers a refresh token that was spent a moment ago, since the first answer may have been lost: a further access
 * token, and the same successor again, so there is never a second live branch. Gives the successor.
 * @spec RFC 9700 §4.14.2
 */
export async function repeatRefresh(
  context: ServerContext,
  { issuance, requestId }: Minting,
  repeated: { readonly spends: IssuanceSpending; readonly spent: Spent; readonly accessToken: AccessTokenRecord },
): Promise<string> {
  const { spends, spent, accessToken } = repeated
  if (spent.salt === undefined || !spent.successor || !issuance.family)
    throw new Error('a repeated refresh token has no successor on record')
  await context.store.saveAccessToken(accessToken)
  const { familyId } = issuance.family
  context.observe({ kind: 'refresh.repeated', requestId, clientId: issuance.client.clientId, familyId })
  const from = { salt: spent.salt, locator: spent.successor.locator }
  return deriveSuccessor(context.crypto, spends.presented, from).text
}
