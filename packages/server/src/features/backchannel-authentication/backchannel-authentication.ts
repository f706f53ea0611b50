// OpenID Connect CIBA Core
import { refuse, type SigningAlgorithm, seconds } from '@ambit/protocol'
import { subjectFor } from '../../claims/subject.ts'
import type { Feature, InteractionKind } from '../../feature.ts'
import { checkSealingKey } from '../../keys/key-seal.ts'
import type { Sealing } from '../../keys/sealing.ts'
import { answerPage } from '../polled-request/answer-page.ts'
import { polledChannel } from '../polled-request/polled-channel.ts'
import { polledGrant } from '../polled-request/polled-grant.ts'
import { findPolledRequest, isPending } from '../polled-request/polled-request.ts'
import { authenticationEndpoint } from './authentication-endpoint.ts'
import { backchannelFields, findBackchannelProblems } from './client-fields.ts'
import { sendPing } from './notification.ts'
import {
  type BackchannelSettings,
  cibaGrantType,
  type DeliveryMode,
  donePath,
  type FindUser,
  type NotifyUser,
  requestKind,
} from './settings.ts'
import { backchannelView, findWaiting, waitingEndpoint } from './waiting-page.ts'

/** What can be changed about back-channel authentication. */
export type BackchannelAuthenticationOptions = {
  /** How long at most a request waits for its user, in seconds: 300 when absent, at most 1800. */
  readonly ttl?: number
  /** How long a client waits between two polls, in seconds: 5 when absent. */
  readonly interval?: number
  /** How clients may learn that they can fetch their tokens: `poll` when absent. */
  readonly modes?: readonly DeliveryMode[]
  /** Whether each request must carry a message that the user can compare. */
  readonly requireBindingMessage?: boolean
  /** The algorithms by which requests may be signed: none when absent. */
  readonly signedRequests?: readonly SigningAlgorithm[]
  /** Finds out who is meant; without it a `login_hint` is a username, and a `login_hint_token` is read by nobody. */
  readonly findUser?: FindUser
  /** Tells a user that something waits for them. */
  readonly notify?: NotifyUser
  /** Encrypts what a ping sends back; wanted by the mode `ping`. */
  readonly sealing?: Sealing
}

/**
 * Lets apps ask users whom they know without sending their browser: the user answers at the server, the app fetches the tokens.
 * @spec OpenID Connect CIBA Core §5
 * @throws {Error} where a sealing key is not 32 bytes in base64url
 */
export function backchannelAuthentication(options: BackchannelAuthenticationOptions = {}): Feature {
  const { ttl = 300, interval = 5, modes = ['poll'], requireBindingMessage = false, signedRequests = [] } = options
  const { findUser, notify, sealing } = options
  checkSealingKey(sealing?.key)
  const settings: BackchannelSettings = {
    ttl: seconds(ttl),
    interval: seconds(interval),
    modes,
    requireBindingMessage,
    signedRequests,
    ...(findUser && { findUser }),
    ...(notify && { notify }),
    ...(sealing && { sealing }),
  }
  const secretKind = 'backchannel_request'
  return {
    name: 'backchannelAuthentication',
    endpoints: [authenticationEndpoint(settings), waitingEndpoint, answerPage({ path: donePath, to: 'backchannel' })],
    grants: [
      polledGrant({
        grantType: cibaGrantType,
        parameter: 'auth_req_id',
        secretKind,
        kind: requestKind,
        ttl: settings.ttl,
      }),
    ],
    clientMetadata: backchannelFields,
    clientRules: [findBackchannelProblems],
    interactions: [interactionOf(settings)],
    notices: async (context, login) => {
      const { length: count } = await findWaiting(context, login)
      return count > 0 ? [{ kind: 'waiting_requests', path: '/backchannel', count }] : []
    },
    needsOutbound: modes.includes('ping'),
    findProblems: () => problemsOf(settings),
  }
}

function problemsOf({ ttl, interval, modes, sealing }: BackchannelSettings) {
  const isWhole = (value: number, least: number, most: number) =>
    Number.isSafeInteger(value) && value >= least && value <= most
  const wanted = (isGood: boolean, name: string, message: string) =>
    isGood ? [] : [{ path: `features.backchannelAuthentication.${name}`, message }]
  return [
    ...wanted(isWhole(ttl, 30, 1800), 'ttl', 'a whole number of seconds from 30 to 1800 is wanted'),
    ...wanted(isWhole(interval, 1, 60), 'interval', 'a whole number of seconds from 1 to 60 is wanted'),
    ...wanted(
      modes.length > 0 && modes.every(each => each === 'poll' || each === 'ping'),
      'modes',
      '`poll`, `ping` or both are wanted',
    ),
    ...wanted(!modes.includes('ping') || sealing !== undefined, 'sealing', 'the mode `ping` wants a key to seal with'),
  ]
}

const ended = 'what the app asks for was answered, or took too long'

/** A request of the back channel in the browser of its user; nobody else's answer counts. */
function interactionOf(settings: BackchannelSettings): InteractionKind {
  return {
    kind: requestKind,
    async find(context, { purpose }) {
      const waiting = await findPolledRequest(context.store, purpose.ticket, requestKind)
      if (!waiting || !isPending(waiting, context.clock.now())) return refuse('invalid_request', ended)
      const { clientId = '', userId } = waiting.ticket
      const client = await context.store.findClient(clientId)
      if (userId === undefined || !client?.grantTypes.includes(cibaGrantType))
        return refuse('invalid_client', 'the app may no longer ask by the back channel')
      const channel = polledChannel({
        waiting,
        grantType: cibaGrantType,
        view: backchannelView(waiting),
        subject: await subjectFor(context, client, userId),
        isConfirmed: true,
        donePath,
        answered: (_, answered) => void sendPing(context, settings, answered),
      })
      return { client, channel }
    },
  }
}
