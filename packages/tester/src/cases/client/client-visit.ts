// RFC 6749 §4.1.1, §4.1.2; RFC 9207 §2
import { type Arrival, createUserAgent, type UserAgent } from '../../browse/user-agent.ts'
import type { Judgement } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { ClientUnderTest, PlayedAnswer } from '../../target/target.ts'
import { withQuery } from '../../tokens/endpoint-request.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'

/** A browser in which the client has begun to log in. */
export type Begun = {
  readonly agent: UserAgent
  /** The authorization request that the client made. */
  readonly asked: ReadonlyMap<string, string>
}

/** A browser that never goes to the played server: what the client asks of it is read from the address. */
export function openBrowser(context: ProbeContext, { startUrl, callback }: ClientUnderTest): UserAgent {
  const own = new Set([startUrl, callback].map(url => new URL(url).origin))
  const { send, now, secrets } = context
  return createUserAgent({ send, now, secrets, stopAt: url => !own.has(URL.parse(url)?.origin ?? '') })
}

/** Lets the client begin in a browser, a fresh one where none is given. */
export async function begin(
  context: ProbeContext,
  client: ClientUnderTest,
  agent: UserAgent = openBrowser(context, client),
): Promise<Begun | Judgement> {
  const arrival = await agent.open(client.startUrl)
  if (arrival.kind === 'stuck') return inconclusive(`the client did not begin to log in: ${arrival.reason}`)
  if (arrival.kind === 'page')
    return inconclusive(`the client showed a page (${arrival.response.status}) instead of beginning to log in`)
  const { origin, searchParams } = new URL(arrival.url)
  if (origin !== new URL(client.server.issuer).origin)
    return inconclusive(
      `the client went to \`${origin}\` instead of the server of the test, \`${client.server.issuer}\``,
    )
  return { agent, asked: new Map(searchParams) }
}

/** What comes back to the client; a member set to `undefined` is left out. */
export type Answering = {
  readonly code: Secret
  readonly change?: Readonly<Record<string, string | undefined>>
}

/** Sends the browser back to the client, as the server would. @spec RFC 6749 §4.1.2, RFC 9207 §2 */
export function comeBack(
  client: ClientUnderTest,
  { agent, asked }: Begun,
  { code, change = {} }: Answering,
): Promise<Arrival> {
  const { server, callback } = client
  const state = asked.get('state')
  const members = { code: code.reveal(), ...(state !== undefined && { state }), iss: server.issuer, ...change }
  const pairs = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return agent.open(withQuery(asked.get('redirect_uri') ?? callback, pairs), server.issuer)
}

/** A login that went on to the end. */
export type LoggedIn = Begun & { readonly code: Secret; readonly arrival: Arrival }

/** A whole login, good but for what the server says; or why there is none. */
export async function logIn(
  context: ProbeContext,
  client: ClientUnderTest,
  answer: Omit<PlayedAnswer, 'asked'> = {},
): Promise<LoggedIn | Judgement> {
  const begun = await begin(context, client)
  if (isJudgement(begun)) return begun
  const code = client.server.issue({ ...answer, asked: begun.asked })
  return { ...begun, code, arrival: await comeBack(client, begun, { code }) }
}

/** Whether a good login comes to tokens; `undefined` where it does, else why nothing that is refused proves anything. */
export async function problemOfLogin(context: ProbeContext, client: ClientUnderTest): Promise<Judgement | undefined> {
  const good = await logIn(context, client)
  if (isJudgement(good)) return good
  const isRedeemed = client.server.redemptions(good.code).some(({ tokens }) => tokens.length > 0)
  return isRedeemed && isWell(good.arrival)
    ? undefined
    : inconclusive('not even a good login came to its end at the client')
}

/** Whether the browser ended on a page that is no error. */
export function isWell(arrival: Arrival): boolean {
  return arrival.kind === 'page' && arrival.response.status < 400
}

/** Where a browser ended, for a comparison: the status and the path. */
export function endOf(arrival: Arrival): string {
  if (arrival.kind !== 'page') return arrival.kind
  return `${arrival.response.status} ${new URL(arrival.url).pathname} ${arrival.page.title}`
}
