// RFC 8628 §5.4
import { type HttpResponse, isRefusal, type Parameters, refuse } from '@ambit/protocol'
import { networkOf } from '../../accounts/network.ts'
import { refuseOnPage } from '../../authorize/refuse.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { clientView } from '../../interaction/client-view.ts'
import { readForm } from '../../interaction/form.ts'
import { findInteraction, type Interaction, interactionUrl } from '../../interaction/interaction.ts'
import { pageResponse, seeOther } from '../../page-response.ts'
import { csrfToken, isOwnForm, knowBrowser } from '../../session/browser.ts'
import { answerSent, denyPolled } from '../polled-request/polled-channel.ts'
import { findPolledRequest } from '../polled-request/polled-request.ts'
import { ticketKinds } from './code-entry.ts'

/** Of the interactions that carry a device's request. */
export const interactionKind = 'device'

/** The page that tells what became of a device's request. */
export const donePath = '/device/done'

/** Where a browser goes with a code that was found. */
export function confirmUrl({ basePath }: ServerContext, interaction: string): string {
  return `${basePath}/device/confirm?interaction=${interaction}`
}

/**
 * Tells which app asks on a device, when and from where, and asks whether this user began it: who talks others into typing
 * a code, holds the device.
 * @spec RFC 8628 §5.4
 */
export const confirmEndpoint: Endpoint = {
  path: '/device/confirm',
  methods: ['GET', 'POST'],
  isPage: true,
  async handle(context, exchange) {
    const form = readForm(exchange.request)
    if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
    const interaction = await findInteraction(context, exchange, form.get('interaction') ?? '')
    if (isRefusal(interaction)) return refuseOnPage(context, exchange, { refusal: interaction })
    if (interaction.record.purpose?.kind !== interactionKind)
      return refuseOnPage(context, exchange, { refusal: refuse('invalid_request', 'no device asks for this') })
    return exchange.request.method === 'POST'
      ? answerForm(context, exchange, { interaction, form })
      : showPage(context, exchange, interaction)
  },
}

function purposeOf({ id }: Interaction): string {
  return `device\n${id}`
}

async function showPage(context: ServerContext, exchange: Exchange, interaction: Interaction): Promise<HttpResponse> {
  const { client, channel } = interaction.from
  if (channel.kind !== 'aside') throw new Error('a device is asked aside')
  const browser = knowBrowser(context, exchange)
  const waiting = await findWaiting(context, interaction)
  const network = waiting?.request.network
  return pageResponse(context, exchange, {
    page: {
      page: 'device_confirm',
      csrf: csrfToken(context, browser, purposeOf(interaction)),
      interaction: interaction.id,
      client: { ...clientView({ client, channel }), aside: channel.view },
      ...(network !== undefined && { isElsewhere: networkOf(exchange.request.remoteAddress) !== network }),
    },
  })
}

async function answerForm(
  context: ServerContext,
  exchange: Exchange,
  { interaction, form }: { readonly interaction: Interaction; readonly form: Parameters },
): Promise<HttpResponse> {
  const decision = form.get('decision')
  const again = seeOther(confirmUrl(context, interaction.id))
  if (!isOwnForm(context, exchange, { token: form.get('csrf'), purpose: purposeOf(interaction) })) return again
  if (decision === 'no') return refuseIt(context, interaction)
  if (decision !== 'yes') return again
  await context.store.saveInteraction({ ...interaction.record, confirmedAt: context.clock.now() })
  return seeOther(interactionUrl(context, 'continue', interaction.id))
}

async function refuseIt(context: ServerContext, interaction: Interaction): Promise<HttpResponse> {
  await context.store.endInteraction(interaction.record.ref)
  const waiting = await findWaiting(context, interaction)
  const denied = waiting && (await denyPolled(context, waiting))
  return answerSent(context, donePath, denied ? 'denied' : 'ended')
}

async function findWaiting({ store }: ServerContext, { record }: Interaction) {
  return record.purpose && findPolledRequest(store, record.purpose.ticket, ticketKinds.device)
}
