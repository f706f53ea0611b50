import type { HttpRequest } from '@ambit/protocol'
import { type Pending, random } from './oauth-client.ts'
import type { Shown } from './shown.ts'

/** An access token that the app holds for one resource. */
export type HeldToken = { readonly accessToken: string; readonly scope: string }

/** A user who is logged in at the app, and what the app holds for them. */
export type AppLogin = {
  readonly name: string
  readonly idToken: string
  refreshToken: string
  /** By resource identifier. */
  readonly tokens: Map<string, HeldToken>
  /** The resources that the authorization is for. */
  readonly resources: readonly string[]
}

/** What the app knows of one browser; tokens never leave the app. */
export type AppSession = {
  readonly id: string
  readonly csrf: string
  /** Logins that are under way, one for each tab, by their state. */
  readonly pending: Map<string, Pending & { readonly resources: readonly string[] }>
  login?: AppLogin
  shown?: Shown
}

const cookieName = 'demo_app'
const most = 500
const mostLogins = 10

/** The app's sessions, in memory; the oldest go when there are many. */
export class AppSessions {
  readonly #sessions = new Map<string, AppSession>()

  /** The session of a request, or a new one. */
  of(request: HttpRequest): AppSession {
    return this.#sessions.get(readCookie(request) ?? '') ?? this.begin()
  }

  /** Begins a session. */
  begin(): AppSession {
    const session: AppSession = { id: random(), csrf: random(), pending: new Map() }
    this.#sessions.set(session.id, session)
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > most && oldest !== undefined) this.#sessions.delete(oldest)
    return session
  }

  /** Ends a session. */
  end(session: AppSession): void {
    this.#sessions.delete(session.id)
  }
}

/** Remembers a login that begins; the oldest goes when there are many. @spec RFC 6749 §10.12 */
export function rememberLogin(session: AppSession, pending: Pending, resources: readonly string[]): void {
  session.pending.set(pending.state, { ...pending, resources })
  const [oldest] = session.pending.keys()
  if (session.pending.size > mostLogins && oldest !== undefined) session.pending.delete(oldest)
}

/** The cookie that carries a session. */
export function printCookie(session: AppSession): string {
  return `${cookieName}=${session.id}; Path=/; HttpOnly; SameSite=Lax`
}

function readCookie({ headers }: HttpRequest): string | undefined {
  const { cookie } = headers
  const pairs = typeof cookie === 'string' ? cookie.split(/; */) : []
  return pairs.find(pair => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1)
}
