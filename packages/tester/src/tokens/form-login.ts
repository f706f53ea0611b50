// RFC 6749 §3.1, OpenID Connect Core §3.1.2.3, §3.1.2.4
import { type CookieJar, createCookieJar } from '../browse/cookie-jar.ts'
import { type Arrival, createUserAgent, type UserAgent } from '../browse/user-agent.ts'
import type { AuthorizationOutcome } from '../run/probe-context.ts'
import type { SecretLedger } from '../secret/secret.ts'
import type { TestUser } from '../target/target.ts'
import type { Send } from '../wire/exchange.ts'
import { type FrontChannel, mustStopAt, redirectedTo, redirectedWith, type Visit } from './front-channel.ts'
import { answerPage, type Filling, type LoginStep, type PageAnswer } from './page-answer.ts'

/** What a login without script is made with. */
export type FormLoginParts = {
  readonly send: Send
  readonly secrets: SecretLedger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly users: readonly TestUser[]
  /** Where the browser may go; it stops before every other origin. */
  readonly origins: ReadonlySet<string>
  /** Steps of a login that is not understood by itself. */
  readonly script?: readonly LoginStep[]
}

/** Pages that one visit may answer. */
const mostPages = 12

/** Makes users that fill in forms by themselves. A password that was refused is not given a second time, lest the account be locked. */
export function createFormLogin(parts: FormLoginParts): FrontChannel {
  const jars = new Map<string, CookieJar>()
  const refused = new Set<string>()
  return {
    visit: (url, visit) => {
      const jar = (visit.browser === undefined ? undefined : jars.get(visit.browser)) ?? createCookieJar(parts.now)
      if (visit.browser !== undefined) jars.set(visit.browser, jar)
      const { send, now, secrets, origins } = parts
      const stopAt = (each: string) => mustStopAt(each, visit.redirectUris, origins)
      const agent = createUserAgent({ send, now, secrets, jar, stopAt })
      return answerPages(url, { agent, visit, parts, refused })
    },
    close: async () => jars.clear(),
  }
}

/** The user of a visit, as the configuration has them. */
export function userOf({ user = 'first' }: Pick<Visit, 'user'>, users: readonly TestUser[]): TestUser | undefined {
  return users[user === 'first' ? 0 : 1]
}

type Seat = {
  readonly agent: UserAgent
  readonly visit: Visit
  readonly parts: FormLoginParts
  readonly refused: Set<string>
}

async function answerPages(url: string, { agent, visit, parts, refused }: Seat): Promise<AuthorizationOutcome> {
  const { users, secrets, script = [] } = parts
  const user = userOf(visit, users)
  const taken = new Set<LoginStep>()
  let hasGivenPassword = false
  let arrival = await agent.open(url)
  for (let pages = 0; pages < mostPages; pages += 1) {
    if (arrival.kind !== 'page') return outcomeOf(arrival, secrets)
    const answer = answerPage(arrival.page, {
      conduct: visit,
      scope: visit.scope,
      script: script.filter(step => !taken.has(step)),
      hasGivenPassword,
      ...(user !== undefined && { username: user.username }),
      ...(visit.userCode !== undefined && { userCode: visit.userCode }),
    })
    if (answer.kind === 'stuck' && hasGivenPassword && user !== undefined) refused.add(user.username)
    if (answer.kind === 'stuck') return answer
    if (answer.kind === 'nothing' || isRefusal(arrival, answer)) return outcomeOf(arrival, secrets)
    if (answer.kind === 'submit' && answer.givesPassword) {
      if (user !== undefined && refused.has(user.username))
        return stuck(`the server did not take the password of \`${user.name}\` before, so it is not given again`)
      hasGivenPassword = true
    }
    if (answer.kind === 'submit' && answer.step !== undefined) taken.add(answer.step)
    arrival = await act(agent, answer, user)
  }
  return stuck(`after ${mostPages} pages the server still asked for more`)
}

/** An error page with a button on it is still an error page; a login that failed may be one too. */
function isRefusal({ response }: Arrival & { readonly kind: 'page' }, answer: PageAnswer): boolean {
  return response.status >= 400 && !(answer.kind === 'submit' && answer.givesPassword)
}

function act(
  agent: UserAgent,
  answer: PageAnswer & { readonly kind: 'submit' | 'open' },
  user: TestUser | undefined,
): Promise<Arrival> {
  if (answer.kind === 'open') return agent.open(answer.url)
  const { form, filling, button } = answer
  return agent.submit(form, filled(filling, user), button === undefined ? {} : { button })
}

/** Puts user name and password in their places. */
export function filled(filling: Filling, user: TestUser | undefined): Filling {
  // in one go, so that nothing is put into what was put in
  const put = (text: string) =>
    text.replaceAll(/\{(username|password)\}/g, (_, name: string) =>
      name === 'username' ? (user?.username ?? '') : (user?.password.reveal() ?? ''),
    )
  return Object.fromEntries(
    Object.entries(filling).map(([name, value]) => [name, typeof value === 'string' ? put(value) : value]),
  )
}

function outcomeOf(arrival: Arrival, secrets: SecretLedger): AuthorizationOutcome {
  if (arrival.kind === 'stuck') return stuck(arrival.reason)
  if (arrival.kind === 'stopped')
    return arrival.entries === undefined
      ? redirectedTo(arrival.url, secrets)
      : // a redirect by 307 brings the form and what stands in the address
        redirectedWith(arrival.url, [...(URL.parse(arrival.url)?.searchParams ?? []), ...arrival.entries], secrets)
  const { status, body, headers } = arrival.response
  return { kind: 'page', status, body, headers }
}

function stuck(reason: string): AuthorizationOutcome & { readonly kind: 'stuck' } {
  return { kind: 'stuck', reason }
}
