import type { Judgement } from '../../catalogue/test-case.ts'
import type { ServerTarget, TestClient } from '../../target/target.ts'
import { controlOf } from './server-control.ts'
import type { ServerContext, ServerTrial } from './server-trial.ts'
import { isConfidential, isOfUsers } from './token-ask.ts'

/** A client that a trial needs: the first that fits. */
export type ClientWish = {
  readonly fits: (client: TestClient) => boolean
  /** What is missing where none fits, and what to configure. */
  readonly lacks: string
}

/** A trial with a client. */
export type ClientTrial = Omit<ServerTrial, 'run'> & {
  readonly client: ClientWish
  /** `false` where a pass says something even if the client’s good flow fails. */
  readonly hasControl?: boolean
  readonly run: (context: ServerContext, client: TestClient) => Promise<Judgement>
}

/** Gives a trial its client; a pass of it means something only where the client’s whole good flow succeeds. */
export function withClient(
  server: ServerTarget,
  { client: wish, hasControl, run, ...traits }: ClientTrial,
): ServerTrial {
  const client = server.clients.find(wish.fits)
  if (client === undefined)
    return {
      ...traits,
      unless: traits.unless ?? wish.lacks,
      run: async () => ({ verdict: 'not_applicable', reason: wish.lacks }),
    }
  return {
    ...traits,
    run: async context => {
      const judgement = await run(context, client)
      if (hasControl === false || judgement.verdict !== 'pass') return judgement
      const problem = await controlOf(context, client)
      if (problem === undefined) return judgement
      const reason = `${judgement.reason}, but that proves nothing: a good request of \`${client.name}\` ${problem}`
      return { ...judgement, verdict: 'inconclusive', reason }
    },
  }
}

/** Any client that users log in to. */
export const codeClient: ClientWish = {
  fits: isOfUsers,
  lacks: 'it needs a client with the grant `authorization_code` and a redirect URI; configure one',
}

/** A client for users that has nothing to authenticate by. @spec RFC 6749 §2.1 */
export const publicClient: ClientWish = {
  fits: client => isOfUsers(client) && !isConfidential(client),
  lacks: 'it needs a public client (authentication method `none`) with the grant `authorization_code`; configure one',
}

/** A client for users that authenticates. @spec RFC 6749 §2.1 */
export const confidentialClient: ClientWish = {
  fits: client => isOfUsers(client) && isConfidential(client),
  lacks: 'it needs a confidential client (with a secret or a key) with the grant `authorization_code`; configure one',
}

/** The first client for users whose redirect URI is an https address; any client for users where there is none. */
export function webClient(server: ServerTarget): ClientWish {
  const isWeb = ({ redirectUris }: TestClient) => redirectUris[0]?.startsWith('https:') === true
  const some = server.clients.some(client => isOfUsers(client) && isWeb(client))
  return { fits: client => isOfUsers(client) && (!some || isWeb(client)), lacks: codeClient.lacks }
}
