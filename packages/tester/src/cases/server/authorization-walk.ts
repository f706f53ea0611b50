// OpenID Connect Core §3.1.2.3, §3.1.2.4
import { createCookieJar } from '../../browse/cookie-jar.ts'
import type { Page } from '../../browse/page.ts'
import { type Arrival, createUserAgent, type UserAgent } from '../../browse/user-agent.ts'
import { splitJws } from '../../node/forge-jws.ts'
import type { TestClient } from '../../target/target.ts'
import { type Pair, withQuery } from '../../tokens/endpoint-request.ts'
import { filled, userOf } from '../../tokens/form-login.ts'
import { mustStopAt, originsOf } from '../../tokens/front-channel.ts'
import { answerPage, type PageAnswer } from '../../tokens/page-answer.ts'
import type { Exchange, ReceivedResponse } from '../../wire/exchange.ts'
import { pushWhereWanted, scopeIn } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'

/** A page that the user saw. */
export type SeenPage = {
  /** `login`: asks for a password. `consent`: asks for something else that the user can answer. */
  readonly kind: 'login' | 'consent' | 'other'
  readonly page: Page
  readonly response: ReceivedResponse
}

/** A walk through the server's pages, step by step. */
export type Walk = {
  readonly agent: UserAgent
  readonly pages: readonly SeenPage[]
  readonly steps: readonly Exchange[]
  /** Where it ended: before the page that was not to be answered, at the client, or stuck. */
  readonly end: Arrival
  /** The answer that the last page was not given. */
  readonly unanswered?: PageAnswer & { readonly kind: 'submit' }
}

/** How a walk goes. */
export type WalkWish = {
  readonly client: TestClient
  readonly pairs: readonly Pair[]
  readonly user?: 'first' | 'second'
  /** The kind of page that is not answered any more. */
  readonly until?: 'login' | 'consent'
  /** Goes on with this browser. */
  readonly agent?: UserAgent
}

/** Pages that one walk may answer. */
const mostPages = 10

/** Opens the authorization endpoint and answers pages, keeping everything that was seen. */
export async function walk(context: ServerContext, wish: WalkWish): Promise<Walk> {
  const { server } = context
  const agent = wish.agent ?? agentFor(context, wish.client)
  const user = userOf(wish, server.users)
  const scope = scopeIn(wish.pairs.find(([name]) => name === 'scope')?.[1])
  const pages: SeenPage[] = []
  const steps: Exchange[] = []
  let hasGivenPassword = false
  let end = await beginAt(context, wish, agent)
  steps.push(...end.steps)
  while (end.kind === 'page' && pages.length < mostPages) {
    const { page, response } = end
    const answerer = { conduct: {}, scope, script: [], hasGivenPassword, ...(user && { username: user.username }) }
    const answer = answerPage(page, answerer)
    const kind = kindOf(page, answer)
    pages.push({ kind, page, response })
    if (answer.kind !== 'submit' || response.status >= 400) break
    if (kind === wish.until) return { agent, pages, steps, end, unanswered: answer }
    hasGivenPassword ||= answer.givesPassword
    end = await agent.submit(answer.form, filled(answer.filling, user), answer.button && { button: answer.button })
    steps.push(...end.steps)
  }
  return { agent, pages, steps, end }
}

/** Opens the authorization endpoint with the request as its client must make it. @spec RFC 9101 §4, RFC 9126 §4 */
async function beginAt(context: ServerContext, { client, pairs }: WalkWish, agent: UserAgent): Promise<Arrival> {
  const url = context.server.endpoint('authorization_endpoint') ?? ''
  const sealed = context.server.seal(pairs, client)
  const made = sealed.kind === 'sealed' ? await pushWhereWanted(context, client, sealed.pairs) : sealed
  return made.kind === 'sealed'
    ? agent.open(withQuery(url, made.pairs))
    : { kind: 'stuck', url, reason: made.reason, steps: [] }
}

/** A fresh browser, which stops before the client's addresses and before everybody else's. */
function agentFor(context: ServerContext, { redirectUris }: TestClient): UserAgent {
  const { send, now, secrets, target } = context
  const origins = target.server === undefined ? new Set<string>() : originsOf(target.server)
  const stopAt = (url: string) => mustStopAt(url, redirectUris, origins)
  return createUserAgent({ send, now, secrets, stopAt, jar: createCookieJar(now) })
}

function kindOf({ forms }: Page, answer: PageAnswer): SeenPage['kind'] {
  if (forms.some(({ fields }) => fields.some(({ type }) => type === 'password'))) return 'login'
  return answer.kind === 'submit' ? 'consent' : 'other'
}

/** Whether a walk ended at the client with a code. */
export function endsWithCode({ end }: Pick<Walk, 'end'>): boolean {
  return answerAt(end).has('code')
}

/** What the client is answered: in the address, in a form, or in a signed response, which is read and not judged here. */
export function answerAt(end: Arrival): ReadonlyMap<string, string> {
  if (end.kind !== 'stopped') return new Map()
  const plain = new Map([...(URL.parse(end.url)?.searchParams ?? []), ...(end.entries ?? [])])
  const claims = splitJws(plain.get('response') ?? '')?.payload ?? {}
  return new Map([...plain, ...Object.entries(claims).flatMap(([name, value]) => [[name, String(value)] as const])])
}

/** Why a walk did not come to a page, for people. */
export function whyNoPage({ end, pages }: Walk, wanted: string): string {
  if (end.kind === 'stuck') return `the login could not be followed to ${wanted}: ${end.reason}`
  if (end.kind === 'stopped') return `the server sent the browser on without ${wanted}`
  return `the login ended at a page (${pages.at(-1)?.response.status ?? end.response.status}) that is not ${wanted}`
}
