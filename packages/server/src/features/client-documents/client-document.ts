// OAuth Client ID Metadata Document §4, §5
import { after, isRefusal } from '@ambit/protocol'
import type { ClientDraft } from '../../client/registered-metadata/client-draft.ts'
import type { MetadataWorld, RegistrationPolicy } from '../../client/registered-metadata/policy.ts'
import { readClientMetadata } from '../../client/registered-metadata/read-client-metadata.ts'
import { verifySectorIdentifier } from '../../client/registered-metadata/sector-identifier.ts'
import type { ServerOptions } from '../../options.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { ClientMetadata, ClientRecord } from '../../ports/records.ts'
import type { OutboundResponse } from '../../ports/world.ts'
import { printTimes } from './document-field.ts'
import { freshTtl } from './freshness.ts'

/** What documents are read with. */
export type DocumentWorld = MetadataWorld & Pick<ServerOptions, 'issuer' | 'clock' | 'observe'>

/**
 * What became of asking for a document. `refused`: there is none, or none that may be taken; `failed`: it could not be asked
 * for now. The reason is for the operator.
 */
export type ReadDocument = { readonly kind: 'read'; readonly client: ClientRecord } | Unread

type Unread = { readonly kind: 'refused' | 'failed'; readonly reason: string }

/** @spec OAuth Client ID Metadata Document §8.7 */
const limits = { maxBytes: 5120, timeoutMillis: 5_000 } as const

/** Asks for a client's document and reads it. @spec OAuth Client ID Metadata Document §4, §5 */
export async function readClientDocument(
  world: DocumentWorld,
  url: URL,
  { clientId, policy }: { readonly clientId: string; readonly policy: RegistrationPolicy },
): Promise<ReadDocument> {
  const response = await ask(world, clientId)
  if ('kind' in response) return response
  const document = parseDocument(response, clientId)
  if (document.kind !== 'document') return document
  const draft = await readDraft(world, document.metadata, { url, clientId: parseClientId(clientId), policy })
  if (typeof draft === 'string') return { kind: 'refused', reason: draft }
  const fetchedAt = world.clock.now()
  const times = { fetchedAt, freshUntil: after(fetchedAt, freshTtl(response.headers)) }
  const metadata = { ...draft.metadata, ...printTimes(times) }
  const client = { ...draft, metadata, clientId: parseClientId(clientId), secretHashes: [], createdAt: fetchedAt }
  return { kind: 'read', client }
}

async function ask({ outbound }: DocumentWorld, url: string): Promise<OutboundResponse | Unread> {
  if (outbound === undefined) return { kind: 'failed', reason: 'nothing is fetched here' }
  try {
    const response = await outbound({ url, headers: { accept: 'application/json' }, ...limits })
    const isBusy = response.status >= 500 || response.status === 429
    return isBusy ? { kind: 'failed', reason: `its host answers ${response.status}` } : response
  } catch (error) {
    return { kind: 'failed', reason: String(error) }
  }
}

type Parsed = { readonly kind: 'document'; readonly metadata: ClientMetadata } | Unread

/** @spec OAuth Client ID Metadata Document §4, §4.1, §5 */
function parseDocument({ status, headers, body }: OutboundResponse, clientId: string): Parsed {
  if (status !== 200) return { kind: 'refused', reason: `its host answers ${status}; 200 is wanted` }
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!/^application\/(?:[a-z0-9!#$&^_.+-]+\+)?json$/.test(type))
    return { kind: 'refused', reason: `its type is \`${type}\`; JSON is wanted` }
  const metadata = parseJson(body)
  if (!isObject(metadata)) return { kind: 'refused', reason: 'it is no JSON object' }
  if (metadata['client_id'] !== clientId) return { kind: 'refused', reason: 'its `client_id` is not its own address' }
  const secret = ['client_secret', 'client_secret_expires_at'].find(name => name in metadata)
  if (secret !== undefined) return { kind: 'refused', reason: `it has \`${secret}\`, and everybody can read it` }
  return { kind: 'document', metadata }
}

type Reading = { readonly url: URL; readonly clientId: ClientId; readonly policy: RegistrationPolicy }

/** Reads the metadata for one server, which were written for all. */
async function readDraft(
  world: DocumentWorld,
  document: ClientMetadata,
  { url, clientId, policy }: Reading,
): Promise<ClientDraft | string> {
  // whoever serves the document could show the statement of another's software
  const { software_statement: _unproved, ...metadata } = document
  const draft = readClientMetadata(world, metadata, {
    clientId,
    policy: { ...policy, redirectHosts: [...ownPlaces(url), ...(policy.redirectHosts ?? [])] },
    defaultMethod: 'none',
    isVouchedFor: false,
    isForMany: true,
    ownHost: url.host,
  })
  if (isRefusal(draft)) return draft.description
  const stranger = await verifySectorIdentifier(world, draft)
  return stranger === undefined ? draft : stranger.description
}

/** Where answers may go: to the document's host, this machine, and a scheme that bears the host's name. @spec RFC 8252 §7.1 */
function ownPlaces({ hostname }: URL): readonly string[] {
  return [hostname, 'localhost', '127.0.0.1', '[::1]', `${hostname.split('.').toReversed().join('.')}:`]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is ClientMetadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseClientId(text: string): ClientId {
  return text as ClientId
}
