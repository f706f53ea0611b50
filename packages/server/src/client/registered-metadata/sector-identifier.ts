// OpenID Connect Core §8.1, OpenID Connect Dynamic Client Registration §5

import type { ServerContext } from '../../context.ts'
import { metadataOf } from '../metadata-field.ts'
import { baseFields } from './base-fields.ts'
import type { ClientDraft } from './client-draft.ts'
import { type MetadataRefusal, refuseMember } from './member-name.ts'

const limits = { maxBytes: 65_536, timeoutMillis: 5_000 } as const

/**
 * Verifies that whoever serves the sector identifier lists the client's redirect URIs; otherwise anybody could ask for the
 * subjects of another's sector.
 * @spec OpenID Connect Core §8.1, OpenID Connect Dynamic Client Registration §5
 * @errors invalid_client_metadata: not to be had, of another form, or without a redirect URI
 */
export async function verifySectorIdentifier(
  world: Pick<ServerContext, 'outbound' | 'observe'>,
  draft: ClientDraft,
): Promise<MetadataRefusal | undefined> {
  const uri = metadataOf(draft, baseFields.sectorIdentifierUri)
  if (uri === undefined) return undefined
  const { name } = baseFields.sectorIdentifierUri
  const listed = await fetchList(world, uri)
  if (listed === undefined) return refuseMember(name, 'an address that answers a JSON list of redirect URIs is wanted')
  const missing = draft.redirectUris.some(each => !listed.includes(each))
  return missing ? refuseMember(name, 'it must list every one of the redirect URIs') : undefined
}

/** The reason of a failure is for the operator alone: told to the stranger, it would map our network. */
async function fetchList(
  { outbound, observe }: Pick<ServerContext, 'outbound' | 'observe'>,
  url: string,
): Promise<readonly unknown[] | undefined> {
  try {
    const answer = await outbound?.({ url, headers: { accept: 'application/json' }, ...limits })
    const value: unknown = answer?.status === 200 ? JSON.parse(answer.body) : undefined
    return Array.isArray(value) ? value : undefined
  } catch (error) {
    observe({ kind: 'warning', about: 'sector_identifier_uri', message: String(error).slice(0, 500) })
    return undefined
  }
}
