// RFC 9101 §5, §6
import { type ErrorCodeAt, isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { findNamedClient, readClientId } from '../../authorize/request-client.ts'
import type { ServerContext } from '../../context.ts'
import type { ResolvedRequest } from '../../feature.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { fetchRequestObject } from './fetch.ts'
import { findWrongClaim, refuseReplay } from './judge.ts'
import { openRequestObject } from './open.ts'
import type { RequestObjectsSettings } from './options.ts'
import { parametersOfObject } from './parameters.ts'

/** The settings, and the source that the requests count as coming through. */
export type ResolveSettings = RequestObjectsSettings & { readonly source: string }

type ResolveRefusal = Refusal<ErrorCodeAt<'authorization'> & ErrorCodeAt<'pushed_request'>>

/**
 * The request that an object holds. Nothing counts beside it but the client's name.
 * @spec RFC 9101 §5, §6.3
 * @errors invalid_request: ambiguous; invalid_client; invalid_request_uri: not registered, cannot be fetched; invalid_request_object
 */
export async function resolveRequestObject(
  context: ServerContext,
  sent: Parameters,
  settings: ResolveSettings,
): Promise<ResolvedRequest | ResolveRefusal | undefined> {
  const objects = sent.all('request')
  const references = sent.all('request_uri')
  const uris = references.filter(uri => settings.references && !isOfServer(uri))
  if (objects.length + uris.length === 0) return undefined
  if (objects.length > 0 && references.length > 0)
    return refuse('invalid_request', '`request` and `request_uri` cannot be sent together')
  if (objects.length + references.length > 1) return refuse('invalid_request', 'more than one request object was sent')
  const clientId = readClientId(sent)
  if (isRefusal(clientId)) return clientId
  const client = await findNamedClient(context, clientId)
  if (isRefusal(client)) return client
  const [uri] = uris
  const object = uri === undefined ? objects[0] : await fetchRequestObject(context, client, uri)
  return object === undefined || isRefusal(object) ? object : readObject(context, { client, object, settings })
}

/** References that the server itself has made are no addresses. @spec RFC 9101 §5.2 */
function isOfServer(uri: string): boolean {
  return uri.startsWith('urn:')
}

async function readObject(
  context: ServerContext,
  read: { readonly client: ClientRecord; readonly object: string; readonly settings: ResolveSettings },
): Promise<ResolvedRequest | ResolveRefusal> {
  const { client, settings } = read
  const opened = await openRequestObject(context, read)
  if (isRefusal(opened)) return opened
  const { claims } = opened
  const wrong = findWrongClaim(context, { client, claims, settings })
  if (wrong !== undefined) return wrong
  const parameters = parametersOfObject(claims)
  if (isRefusal(parameters)) return parameters
  const replay = settings.singleUse ? await refuseReplay(context, client, claims) : undefined
  if (replay !== undefined) return replay
  return { kind: 'resolved', parameters, by: [settings.source] }
}
