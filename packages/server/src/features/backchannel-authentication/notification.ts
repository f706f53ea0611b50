// OpenID Connect CIBA Core §10.2
import { metadataOf } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { SecretRef } from '../../ports/ids.ts'
import type { PolledTicket } from '../polled-request/polled-request.ts'
import { notificationEndpoint } from './client-fields.ts'
import type { BackchannelSettings } from './settings.ts'

/** What a ping sends back. */
type Ping = { readonly authReqId: string; readonly notificationToken: string }

/** The most that is read of a client's answer, and how long it is waited for. */
const limits = { maxBytes: 4096, timeoutMillis: 5000 } as const

/**
 * Encrypts what the client must get back: of both there is a hash at most in the store, and the store alone must not be
 * enough to have them.
 */
export function sealPing({ sealing }: BackchannelSettings, { hash }: SecretRef, ping: Ping): string {
  if (sealing === undefined) throw new Error('pings want a sealing key')
  return sealing.tools.seal(JSON.stringify(ping), sealing.key, hash)
}

/**
 * Tells a client that its tokens can be fetched, or that there will be none. Sent once; a client that misses it polls. Nobody
 * waits for it, so whatever goes wrong is told to the operator and thrown nowhere.
 * @spec OpenID Connect CIBA Core §10.2
 */
export async function sendPing(
  context: ServerContext,
  settings: BackchannelSettings,
  answered: PolledTicket,
): Promise<void> {
  try {
    const status = await send(context, settings, answered)
    const isTold = status === undefined || status === 200 || status === 204
    if (!isTold) warn(context, answered.ticket.clientId, `it answered ${status}`)
  } catch (error) {
    warn(context, answered.ticket.clientId, String(error))
  }
}

/** What the client answered; `undefined` where it wants no ping. */
async function send(
  { store, outbound }: ServerContext,
  settings: BackchannelSettings,
  { ticket, request }: PolledTicket,
): Promise<number | undefined> {
  const client = ticket.clientId && (await store.findClient(ticket.clientId))
  const url = client && metadataOf(client, notificationEndpoint)
  const ping = request.sealedPing === undefined ? undefined : openPing(settings, ticket.ref, request.sealedPing)
  if (!url || ping === undefined || outbound === undefined) return undefined
  const { status } = await outbound({
    url,
    method: 'POST',
    headers: { authorization: `Bearer ${ping.notificationToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ auth_req_id: ping.authReqId }),
    ...limits,
  })
  return status
}

function openPing({ sealing }: BackchannelSettings, { hash }: SecretRef, sealed: string): Ping | undefined {
  const text = sealing?.tools.unseal(sealed, sealing.key, hash)
  return text === undefined ? undefined : parsePing(text)
}

function parsePing(text: string): Ping {
  return JSON.parse(text) as Ping
}

function warn(context: ServerContext, clientId: string | undefined, reason: string): void {
  const message = `the client \`${clientId ?? ''}\` could not be told that its user has answered: ${reason}`
  context.observe({ kind: 'warning', about: notificationEndpoint.name, message })
}
