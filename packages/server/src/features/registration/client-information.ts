// RFC 7591 §3.2.1, RFC 7592 §3
import { type HttpResponse, json, noStore } from '@ambit/protocol'
import { printClientMetadata } from '../../client/registered-metadata/print-client-metadata.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'

/** What a client is told of its registration, beside what is registered. */
export type Told = {
  readonly status: number
  /** In clear, where it was made now: it is shown this once. */
  readonly clientSecret?: string | undefined
  readonly registrationToken?: string | undefined
}

/**
 * A client information response: everything that is registered, so that a client sees what was made of its wishes.
 * @spec RFC 7591 §3.2.1, RFC 7592 §3
 */
export function clientInformation(
  context: ServerContext,
  client: ClientRecord,
  { status, clientSecret, registrationToken }: Told,
): HttpResponse {
  const { clientId, createdAt } = client
  const body = {
    client_id: clientId,
    client_id_issued_at: createdAt,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    // 0: it does not expire
    ...(client.secretHashes.length > 0 && { client_secret_expires_at: 0 }),
    ...(registrationToken !== undefined && {
      registration_access_token: registrationToken,
      registration_client_uri: context.url(`/register/${clientId}`),
    }),
    ...printClientMetadata(context, client),
  }
  return json(status, body, noStore)
}
