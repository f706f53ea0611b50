// RFC 6749 §5.1
import type { ServerContext } from '../context.ts'
import type { AccessTokenRecord } from '../ports/records.ts'
import type { Minting } from './mint.ts'

/** Tells the features what was issued, and collects what they want to stand in the token response. */
export async function tellFeatures(
  context: ServerContext,
  { issuance, requestId, now }: Minting,
  accessToken: AccessTokenRecord,
): Promise<Readonly<Record<string, unknown>>> {
  let told: Readonly<Record<string, unknown>> = {}
  for (const tell of context.mounted.issued)
    told = { ...told, ...(await tell(context, { issuance, accessToken, requestId, now })) }
  return told
}
