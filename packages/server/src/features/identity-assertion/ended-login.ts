// ID-JAG §4.3.3
import { after, type EpochSeconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { TellSessionEnded } from '../../feature.ts'
import type { SessionId, UserId } from '../../ports/ids.ts'
import { secretHash } from '../../secret.ts'

/** The login that an ID token tells of. */
type ToldLogin = { readonly userId: UserId; readonly sessionId: SessionId | undefined; readonly toldAt: EpochSeconds }

const kinds = { one: 'ended_session', all: 'ended_sessions' } as const
/** Who ends everything more often than this is believed to have ended it again. */
const mostEnds = 100

/** Remembers the end of a session, or of all that a user has, for as long as an ID token of it could be shown. */
export const rememberEnd: TellSessionEnded = async ({ store, clock, crypto, ttl }, { userId, sessionId }) => {
  const createdAt = clock.now()
  await store.saveTicket({
    ref: { locator: clock.millis(), hash: secretHash(crypto.random(32)) },
    kind: sessionId === undefined ? kinds.all : kinds.one,
    userId,
    ...(sessionId !== undefined && { sessionId }),
    createdAt,
    expiresAt: after(createdAt, ttl.idToken),
    revision: 0,
    isDroppable: false,
    data: '',
  })
}

/** Whether the session of a login ended since: an ID token stands for it no longer. */
export async function isLoginEnded(
  { store }: Pick<ServerContext, 'store'>,
  { userId, sessionId, toldAt }: ToldLogin,
): Promise<boolean> {
  const own = sessionId === undefined ? [] : await store.listTickets({ kind: kinds.one, sessionId }, 1)
  if (own.length > 0) return true
  const all = await store.listTickets({ kind: kinds.all, userId }, mostEnds)
  return all.length === mostEnds || all.some(({ createdAt }) => createdAt >= toldAt)
}
