// OpenID Connect Back-Channel Logout
import { seconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { Feature } from '../../feature.ts'
import type { Issuance } from '../../grants/grant.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import { findLogoutProblems, logoutFields } from './client-fields.ts'
import { type DeliverySettings, deliver, deliverDue } from './delivery.ts'
import { endParticipants, noteParticipant } from './participants.ts'

/** What can be changed about back-channel logout. */
export type BackchannelLogoutOptions = {
  /** After how many seconds each a client that could not be told is tried again: 10, 60, 300, 1800, 7200 when absent. */
  readonly retryAfter?: readonly number[]
}

const everyMillis = 10_000

/**
 * Tells clients, from server to server, that a session has ended in which they took part. The user waits for none of them.
 * @spec OpenID Connect Back-Channel Logout §2
 * @example backchannelLogout()
 */
export function backchannelLogout({ retryAfter = [10, 60, 300, 1800, 7200] }: BackchannelLogoutOptions = {}): Feature {
  const settings: DeliverySettings = { retryAfter: retryAfter.map(seconds) }
  return {
    name: 'backchannelLogout',
    clientMetadata: logoutFields,
    clientRules: [findLogoutProblems],
    metadata: () => ({ backchannel_logout_supported: true, backchannel_logout_session_supported: true }),
    issued: async (context, { issuance }) => {
      deliverBehind(context, settings, await noteIssuance(context, settings, issuance))
      return undefined
    },
    sessionEnded: async (context, ended) =>
      deliverBehind(context, settings, await endParticipants(context, settings, ended)),
    tasks: [
      {
        name: 'logout deliveries',
        first: everyMillis,
        run: async context => {
          await deliverDue(context, settings)
          return everyMillis
        },
      },
    ],
    needsOutbound: true,
    findProblems: () =>
      retryAfter.every(span => Number.isSafeInteger(span) && span >= 10 && span <= 86_400)
        ? []
        : [{ path: 'features.backchannelLogout.retryAfter', message: 'whole numbers from 10 to 86,400 are wanted' }],
  }
}

/** A client logs its user in by an ID token; a refresh begins no login. */
async function noteIssuance(
  context: ServerContext,
  settings: DeliverySettings,
  { client, user, decision, spends }: Issuance,
): Promise<readonly TicketRecord[]> {
  if (user?.sessionId === undefined || !decision.scope.has('openid') || spends?.kind === 'refresh_token') return []
  return noteParticipant(context, settings, { client, user: { ...user, sessionId: user.sessionId } })
}

/** What goes wrong here is done again by the task, since it is stored. */
function deliverBehind(context: ServerContext, settings: DeliverySettings, deliveries: readonly TicketRecord[]): void {
  for (const delivery of deliveries)
    deliver(context, settings, delivery).catch((error: unknown) =>
      context.observe({ kind: 'warning', about: 'backchannel_logout_uri', message: String(error) }),
    )
}
