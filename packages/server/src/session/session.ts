// OpenID Connect Core §3.1.2.3
import { after, type EpochSeconds, seconds } from '@ambit/protocol'
import { timeOfLogin } from '../accounts/authentication.ts'
import type { Exchange, ServerContext } from '../context.ts'
import type { EndedSession } from '../feature.ts'
import type { SessionId, UserId } from '../ports/ids.ts'
import type { SessionRecord, UserRecord } from '../ports/records.ts'
import { locateSecret, makeSecret } from '../secret.ts'
import { readCookie } from './cookies.ts'

/** A live session and its user. */
export type Login = { readonly session: SessionRecord; readonly user: UserRecord }

/** A session that was just begun, and the secret for its cookie. */
export type BegunSession = { readonly session: SessionRecord; readonly secret: string }

/** `lastSeenAt` is written at most once in this span, so that a busy session does not write with each request. */
const seenInterval = seconds(60)

/**
 * The session that a request's cookie stands for: not expired, of a user who still exists and has the same password
 * since. Being used moves its idle expiry.
 */
export async function findLogin(context: ServerContext, { request }: Exchange): Promise<Login | undefined> {
  const cookie = readCookie(context, request, 'session')
  const ref = cookie === undefined ? undefined : locateSecret(context.crypto, 'session', cookie)
  const session = ref && (await context.store.findSession(ref))
  const now = context.clock.now()
  if (session === undefined || session.expiresAt <= now || session.endsAt <= now) return undefined
  const user = await context.store.findUser(session.userId)
  if (user === undefined || user.passwordChangedAt > session.authTime) return undefined
  if (now - session.lastSeenAt >= seenInterval) await context.store.saveSession(seenAt(context, session, now))
  return { session, user }
}

/**
 * Begins a session after a login. It always has a new secret, so a planted one is worth nothing; a user who logs in
 * again keeps the `sid`, and another user's session in this browser ends. Nothing begins where the password was changed
 * after it was compared: the sessions of before had been ended by then, and this one would have been missed.
 */
export async function beginSession(
  context: ServerContext,
  user: UserRecord,
  login: { readonly acr: string; readonly amr: readonly string[]; readonly replaced: SessionRecord | undefined },
): Promise<BegunSession | undefined> {
  const { replaced, acr, amr } = login
  const isSame = replaced?.userId === user.userId
  const now = context.clock.now()
  const { text, ref } = makeSecret(context, 'session')
  const session: SessionRecord = {
    ref,
    sessionId: isSame ? replaced.sessionId : makeSessionId(context),
    userId: user.userId,
    authTime: timeOfLogin(user, now),
    acr,
    amr,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: after(now, context.ttl.sessionIdle),
    endsAt: after(now, context.ttl.sessionAbsolute),
  }
  await context.store.saveSession(session)
  const current = await context.store.findUser(user.userId)
  if (current?.passwordHash !== user.passwordHash) {
    await context.store.deleteSession(ref)
    return undefined
  }
  if (isSame) await context.store.deleteSession(replaced.ref)
  else if (replaced !== undefined) await endSession(context, replaced)
  return { session, secret: text }
}

/**
 * Makes a session stronger after a further factor. Like each login it gets a new secret; when it began, when it ends and
 * when the password was given stay as they were. Nothing is made of a session that ended meanwhile, and
 * only one of those who try at once makes something.
 */
export async function raiseSession(
  context: ServerContext,
  { session }: Login,
  { acr, amr }: Pick<SessionRecord, 'acr' | 'amr'>,
): Promise<BegunSession | undefined> {
  const { text, ref } = makeSecret(context, 'session')
  const raised: SessionRecord = { ...session, ref, acr, amr }
  await context.store.saveSession(raised)
  if (await context.store.deleteSession(session.ref)) return { session: raised, secret: text }
  await context.store.deleteSession(ref)
  return undefined
}

/**
 * Ends a session, and with it everything that was granted only for as long as it lasts: before it, so that where the process
 * dies between the two the user is still logged in and can log out again; and once more behind it, for what was granted
 * meanwhile.
 */
export async function endSession(context: ServerContext, session: SessionRecord): Promise<void> {
  const { store, clock } = context
  const { ref, sessionId, userId } = session
  await store.revokeFamilies({ sessionId }, clock.now())
  await tellOfEnd(context, { userId, sessionId })
  await store.deleteSession(ref)
  await store.revokeFamilies({ sessionId }, clock.now())
}

/** Ends all sessions of a user, and everything that was granted to anybody in their name. */
export async function endSessionsOf(context: ServerContext, userId: UserId): Promise<void> {
  const { store, clock } = context
  await store.revokeFamilies({ userId }, clock.now())
  await tellOfEnd(context, { userId })
  await store.deleteSessionsOf(userId)
  await store.revokeFamilies({ userId }, clock.now())
}

async function tellOfEnd(context: ServerContext, ended: EndedSession): Promise<void> {
  for (const tell of context.mounted.sessionEnded) await tell(context, ended)
}

function seenAt(context: ServerContext, session: SessionRecord, now: EpochSeconds): SessionRecord {
  const idle = after(now, context.ttl.sessionIdle)
  return { ...session, lastSeenAt: now, expiresAt: idle < session.endsAt ? idle : session.endsAt }
}

function makeSessionId(context: ServerContext): SessionId {
  return context.crypto.random(15) as SessionId
}

/** What the forms of a login's own pages are bound to, see `csrfToken`. */
export function sessionPurpose({ session }: Login): string {
  return `session\n${session.sessionId}`
}
