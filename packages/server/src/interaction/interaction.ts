// RFC 6749 §4.1.1, RFC 9700 §4.7
import { after, isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { parseParameters, printParameters } from '../authorize/parameters.ts'
import { findRequestClient, type RequestClient } from '../authorize/request-client.ts'
import type { Exchange, ServerContext } from '../context.ts'
import type { InteractionPurpose, InteractionRecord } from '../ports/waiting-records.ts'
import { locateSecret, makeSecret } from '../secret.ts'
import { type Browser, readBrowser } from '../session/browser.ts'

/** An authorization request that waits for its user, found again. */
export type Interaction = {
  readonly kind: 'interaction'
  /** What stands in the URL; worth nothing in another browser. */
  readonly id: string
  readonly record: InteractionRecord
  readonly from: RequestClient
  readonly parameters: Parameters
}

/** Keeps a request while its user is asked; answers the id for the URL. */
export async function beginInteraction(
  context: ServerContext,
  { requestId }: Exchange,
  begun: { readonly browser: Browser; readonly parameters: Parameters; readonly purpose?: InteractionPurpose },
): Promise<string> {
  const now = context.clock.now()
  const { text, ref } = makeSecret(context, 'interaction')
  await context.store.saveInteraction({
    ref,
    browserHash: context.crypto.hash(begun.browser.secret),
    requestId,
    parameters: printParameters(begun.parameters),
    createdAt: now,
    expiresAt: after(now, context.ttl.interaction),
    ...(begun.purpose && { purpose: begun.purpose }),
  })
  return text
}

const gone = 'this sign-in has ended, has expired or belongs to another browser; go back to the app and begin again'

/**
 * Finds the interaction that a URL names, in the browser that began it.
 * @errors invalid_request: ended, expired, or begun in another browser; what `findRequestClient` says of the request
 */
export async function findInteraction(
  context: ServerContext,
  exchange: Exchange,
  id: string,
): Promise<Interaction | Refusal<'invalid_request' | 'invalid_client'>> {
  const ref = locateSecret(context.crypto, 'interaction', id)
  const record = ref && (await context.store.findInteraction(ref))
  if (record === undefined) return refuse('invalid_request', gone, 'there is no such interaction')
  if (record.expiresAt <= context.clock.now()) return refuse('invalid_request', gone, 'the interaction has expired')
  const browser = readBrowser(context, exchange)
  if (browser === undefined || !context.crypto.isEqual(record.browserHash, context.crypto.hash(browser)))
    return refuse('invalid_request', gone, 'the interaction belongs to another browser')
  const parameters = parseParameters(record.parameters)
  if (isRefusal(parameters)) return parameters
  const from = record.purpose
    ? await findAside(context, { ...record, purpose: record.purpose })
    : await findRequestClient(context, parameters)
  if (isRefusal(from)) return from
  return { kind: 'interaction', id, record, from, parameters }
}

/** Who asks in an interaction that no authorization request began. */
async function findAside(
  context: ServerContext,
  record: InteractionRecord & { readonly purpose: InteractionPurpose },
): Promise<RequestClient | Refusal<'invalid_request' | 'invalid_client'>> {
  const kind = context.mounted.interactions.get(record.purpose.kind)
  if (kind === undefined) return refuse('invalid_request', gone, 'no feature knows this kind of interaction')
  return kind.find(context, record)
}

/** Where a browser goes on when its user has logged in: with the request that waits, else to the home page. */
export function afterLoginUrl(context: ServerContext, interaction: Interaction | undefined): string {
  return interaction === undefined ? `${context.basePath}/` : interactionUrl(context, 'continue', interaction.id)
}

/** The address of a page of an interaction. */
export function interactionUrl(
  context: ServerContext,
  page: 'login' | 'login/code' | 'consent' | 'continue',
  id: string,
): string {
  return `${context.basePath}/${page}?interaction=${id}`
}
