// RFC 8628
import { refuse, seconds } from '@ambit/protocol'
import type { Feature, InteractionKind } from '../../feature.ts'
import type { AsideView } from '../../ports/pages.ts'
import { answerPage } from '../polled-request/answer-page.ts'
import { polledChannel } from '../polled-request/polled-channel.ts'
import { polledGrant } from '../polled-request/polled-grant.ts'
import { findPolledRequest, isPending, type PolledTicket } from '../polled-request/polled-request.ts'
import { ticketKinds } from './code-entry.ts'
import { codeEndpoint } from './code-page.ts'
import { confirmEndpoint, donePath, interactionKind } from './confirm-page.ts'
import { deviceAuthorizationEndpoint } from './device-authorization.ts'
import { type DeviceSettings, deviceGrantType } from './settings.ts'
import { userCodeLengths } from './user-code.ts'

/** What can be changed about the device flow. */
export type DeviceFlowOptions = {
  /** How long a device waits for its user, in seconds: 600 when absent, at most 1800. */
  readonly ttl?: number
  /** How long it waits between two polls, in seconds: 5 when absent. */
  readonly interval?: number
  readonly userCode?: {
    /** How many letters: 8 when absent, at most 16. */
    readonly length?: number
  }
}

/**
 * Lets devices without a browser or a keyboard ask for access, which their user grants in a browser elsewhere.
 * @spec RFC 8628
 */
export function deviceFlow(options: DeviceFlowOptions = {}): Feature {
  const { ttl = 600, interval = 5, userCode = {} } = options
  const { length = userCodeLengths.least } = userCode
  const settings: DeviceSettings = { ttl: seconds(ttl), interval: seconds(interval), userCodeLength: length }
  return {
    name: 'deviceFlow',
    endpoints: [
      deviceAuthorizationEndpoint(settings),
      codeEndpoint(settings),
      confirmEndpoint,
      answerPage({ path: donePath, to: 'device' }),
    ],
    grants: [
      polledGrant({
        grantType: deviceGrantType,
        parameter: 'device_code',
        secretKind: 'device_code',
        kind: ticketKinds.device,
        ttl: settings.ttl,
      }),
    ],
    interactions: [deviceInteraction],
    notices: async () => [{ kind: 'connect_device', path: '/device' }],
    findProblems: () => [
      ...wanted(isWhole(ttl, 30, 1800), 'ttl', 'a whole number of seconds from 30 to 1800 is wanted'),
      ...wanted(isWhole(interval, 1, 60), 'interval', 'a whole number of seconds from 1 to 60 is wanted'),
      ...wanted(
        isWhole(length, userCodeLengths.least, userCodeLengths.most),
        'userCode.length',
        `a whole number from ${userCodeLengths.least} to ${userCodeLengths.most} is wanted`,
      ),
    ],
  }
}

const ended = 'what the device asks for was answered, or took too long; begin again on the device'

/** A device's request in a browser. */
const deviceInteraction: InteractionKind = {
  kind: interactionKind,
  async find(context, { purpose, confirmedAt }) {
    const waiting = await findPolledRequest(context.store, purpose.ticket, ticketKinds.device)
    if (!waiting || !isPending(waiting, context.clock.now())) return refuse('invalid_request', ended)
    const client = await context.store.findClient(waiting.ticket.clientId ?? '')
    if (!client?.grantTypes.includes(deviceGrantType))
      return refuse('invalid_client', 'the app may no longer ask on a device')
    const channel = polledChannel({
      waiting,
      grantType: deviceGrantType,
      view: viewOf(waiting),
      isConfirmed: confirmedAt !== undefined,
      donePath,
    })
    return { client, channel }
  },
}

function viewOf({ ticket, request }: PolledTicket): AsideView {
  const { network } = request
  return {
    kind: 'device',
    requestedAt: ticket.createdAt,
    ...(network !== undefined && { network: coarse(network) }),
  }
}

/** A network in part: enough to be known again by who asked from there, and not an address to keep. */
function coarse(network: string): string {
  if (!network.includes(':')) return network.replace(/\.\d+$/, '.*')
  return `${network.split(':').slice(0, 3).join(':')}:*`
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}

function wanted(isGood: boolean, path: string, message: string) {
  return isGood ? [] : [{ path: `features.deviceFlow.${path}`, message }]
}
