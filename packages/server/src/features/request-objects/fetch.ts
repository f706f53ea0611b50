// RFC 9101 §5.2, §10.4, OpenID Connect Core §6.2
import { jwtTypes, type Refusal, refuse } from '@ambit/protocol'
import { metadataOf } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { OutboundResponse } from '../../ports/world.ts'
import { requestUris } from './client-fields.ts'

const limits = { maxBytes: 32_768, timeoutMillis: 3000 } as const
const mediaTypes: readonly string[] = [`application/${jwtTypes.requestObject}`, 'application/jwt']
const failed = 'the request object cannot be had from its address'

type UriRefusal = Refusal<'invalid_request_uri'>

/**
 * Fetches a request object from an address that its client has registered, and from no other.
 * @spec RFC 9101 §5.2.3, §10.4.1, OpenID Connect Core §6.2
 * @errors invalid_request_uri: not registered, unreachable, not a request object, or not the one that the fragment is the hash of
 */
export async function fetchRequestObject(
  context: ServerContext,
  client: ClientRecord,
  uri: string,
): Promise<string | UriRefusal> {
  const [address = '', fragment] = uri.split('#')
  const registered = metadataOf(client, requestUris) ?? []
  if (!registered.includes(uri) && !registered.includes(address))
    return refuse('invalid_request_uri', '`request_uri` is not one that the client has registered')
  const response = await reach(context, address)
  if (typeof response === 'string') return refuse('invalid_request_uri', failed, response)
  const { status, headers, body } = response
  if (status !== 200) return refuse('invalid_request_uri', failed, `it answered with status ${status}`)
  if (!mediaTypes.includes(mediaTypeOf(headers['content-type'])))
    return refuse('invalid_request_uri', `what stands at \`request_uri\` must be of type ${mediaTypes[0]}`)
  if (fragment !== undefined && !context.crypto.isEqual(context.crypto.hash(body), fragment))
    return refuse('invalid_request_uri', 'the fragment of `request_uri` is not the hash of what stands there')
  return body.trim()
}

/** What came back, or the operator's reason why nothing did. */
async function reach({ outbound }: ServerContext, url: string): Promise<OutboundResponse | string> {
  if (outbound === undefined) return 'the server reaches no addresses'
  try {
    return await outbound({ url, headers: { accept: mediaTypes.join(', ') }, ...limits })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1).join('').trim().toLowerCase()
}
