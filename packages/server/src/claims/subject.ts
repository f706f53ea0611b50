// OpenID Connect Core §8
import type { ServerContext } from '../context.ts'
import type { UserId } from '../ports/ids.ts'
import type { ClientRecord } from '../ports/records.ts'
import { settledSecret } from '../settled.ts'

/**
 * What a client sees as `sub`: the user's id, or a value that only clients of one sector share.
 * @spec OpenID Connect Core §8, §8.1
 */
export async function subjectFor(
  context: Pick<ServerContext, 'store' | 'crypto'>,
  client: ClientRecord,
  userId: UserId,
): Promise<string> {
  if (client.subjectType === 'public') return userId
  const salt = await settledSecret(context, 'pairwise-salt')
  return context.crypto.hmac(salt, `${sectorOf(client)}\n${userId}`)
}

/**
 * The host that pairwise subjects are made for: the registered one, or that of the redirect URIs. A loopback address or a
 * scheme of an app's own belongs to nobody, so there the client is a sector by itself.
 * @spec OpenID Connect Core §8.1
 */
export function sectorOf(client: ClientRecord): string {
  if (client.sectorIdentifier !== undefined) return client.sectorIdentifier
  const hosts = new Set(client.redirectUris.map(ownedHost))
  const [host, ...others] = hosts
  return host !== undefined && others.length === 0 ? host : `client:${client.clientId}`
}

/** Whether the users of two clients have the same subjects there. @spec OpenID Connect Core §8 */
export function haveSameSubjects(one: ClientRecord, other: ClientRecord): boolean {
  if (one.subjectType !== other.subjectType) return false
  return one.subjectType === 'public' || sectorOf(one) === sectorOf(other)
}

function ownedHost(uri: string): string | undefined {
  const url = URL.parse(uri)
  return url?.protocol === 'https:' ? url.host : undefined
}
