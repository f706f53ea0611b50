// RFC 9101 §6.1, §6.2, RFC 8725 §3.1, §3.11
import {
  isCompactJws,
  isSigningAlgorithm,
  jwtTypes,
  type Refusal,
  refuse,
  type SigningAlgorithm,
} from '@ambit/protocol'
import { compactVerify, createLocalJWKSet, decodeProtectedHeader } from 'jose'
import { findClientKeys } from '../../client/client-keys.ts'
import { metadataOf } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { requestSigningAlgorithm } from './client-fields.ts'
import type { RequestObjectsSettings } from './options.ts'

/** The claims of a request object that its client has signed; nothing of them is judged yet. */
export type ObjectClaims = Readonly<Record<string, unknown>>

/** A request object that was read; its claims are a stranger's, and can look like anything. */
export type OpenedObject = { readonly kind: 'opened'; readonly claims: ObjectClaims }

type Closed = {
  readonly client: ClientRecord
  readonly object: string
  readonly settings: Pick<RequestObjectsSettings, 'algorithms' | 'encrypted'>
  /** The algorithm of this kind of request; that of authorization requests when absent. */
  readonly registered?: SigningAlgorithm
}

/**
 * Decrypts a request object where it is encrypted, and verifies that its client has signed it.
 * @spec RFC 9101 §6.1, §6.2
 * @errors invalid_request_object: encrypted for somebody else, not signed, by another algorithm, type or key
 */
export async function openRequestObject(
  context: ServerContext,
  { client, object, settings, registered = metadataOf(client, requestSigningAlgorithm) }: Closed,
): Promise<OpenedObject | Refusal<'invalid_request_object'>> {
  const isEncrypted = object.split('.').length === 5
  if (isEncrypted && !settings.encrypted)
    return refuse('invalid_request_object', 'encrypted request objects are not read by this server')
  const jws = isEncrypted ? await decrypt(context, client, object) : object
  if (jws === undefined) return refuse('invalid_request_object', 'the request object cannot be decrypted')
  const header = isCompactJws(jws) ? readHeader(jws) : undefined
  if (header === undefined) return refuse('invalid_request_object', 'the request object must be a signed JWT')
  const { alg, typ, kid } = header
  if (alg === undefined || !isSigningAlgorithm(alg) || !settings.algorithms.includes(alg))
    return refuse('invalid_request_object', `\`alg\` must be one of ${settings.algorithms.join(', ')}`)
  if (registered !== undefined && alg !== registered)
    return refuse('invalid_request_object', `this client is registered to sign its requests by ${registered}`)
  if (!types.includes(typ?.toLowerCase()))
    return refuse('invalid_request_object', `\`typ\` of the request object must be ${jwtTypes.requestObject}`)
  const keys = await findClientKeys(context, client, { use: 'sig', alg, ...(kid !== undefined && { kid }) })
  const claims = await verify(jws, [...keys], alg)
  if (claims === undefined)
    return refuse('invalid_request_object', 'no key of the client has signed the request object')
  return { kind: 'opened', claims }
}

const types: readonly (string | undefined)[] = [undefined, 'jwt', jwtTypes.requestObject]

async function decrypt(context: ServerContext, client: ClientRecord, jwe: string): Promise<string | undefined> {
  for (const by of context.mounted.decryptJwt) {
    const text = await by(context, client, jwe)
    if (text !== undefined) return text
  }
  return undefined
}

type Header = { readonly alg: string | undefined; readonly typ: string | undefined; readonly kid: string | undefined }

/** The members that choose the key; a header of another shape is none. */
function readHeader(jws: string): Header | undefined {
  try {
    const { alg, typ, kid } = decodeProtectedHeader(jws)
    return [alg, typ, kid].every(each => each === undefined || typeof each === 'string') ? { alg, typ, kid } : undefined
  } catch {
    return undefined
  }
}

/** The claims that one of these keys has signed; with several that would do, the header must name one. @spec RFC 7515 §4.1.4 */
async function verify(jws: string, keys: JsonWebKey[], alg: string): Promise<ObjectClaims | undefined> {
  try {
    const { payload } = await compactVerify(jws, createLocalJWKSet({ keys }), { algorithms: [alg] })
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined
  } catch {
    return undefined
  }
}
