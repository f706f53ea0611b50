// RFC 7591 §3.2.1

import type { ClientDraft } from '../../client/registered-metadata/client-draft.ts'
import { hasSecret } from '../../client/registered-metadata/inconsistencies.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { ClientRecord } from '../../ports/records.ts'

/** What is kept of a client's secret, and the secret in clear where it was made now. */
export type ClientSecret = {
  readonly kept: Pick<ClientRecord, 'secretHashes' | 'sealedSecret'>
  readonly clientSecret?: string
}

/** Long enough for every algorithm that a client may sign with it. @spec RFC 7518 §3.2 */
const secretBytes = 48

/** Makes a secret for a client whose method wants one: its hash is kept, and sealed the secret itself where the method needs that. */
export function makeClientSecret(
  context: ServerContext,
  { authenticationMethod }: ClientDraft,
  clientId: ClientId,
): ClientSecret {
  if (!hasSecret(authenticationMethod)) return { kept: { secretHashes: [] } }
  const clientSecret = context.crypto.random(secretBytes)
  const method = context.mounted.clientAuthentications.find(each => each.method === authenticationMethod)
  const kept = { secretHashes: [context.crypto.hash(clientSecret)], ...method?.keepSecret?.(clientId, clientSecret) }
  return { kept, clientSecret }
}

/** Whether a secret is one of those of a client. */
export function isSecretOf({ crypto }: ServerContext, { secretHashes }: ClientRecord, secret: string): boolean {
  const hash = crypto.hash(secret)
  let isRight = false
  for (const each of secretHashes) if (crypto.isEqual(hash, each)) isRight = true
  return isRight
}
