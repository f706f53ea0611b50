import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { retryAfterOf } from '../../run/retry-after.ts'
import type { ServerTarget, Target, TestClient } from '../../target/target.ts'
import { notApplicable } from '../resource/guarded-call.ts'
import { type ClientTrial, type ClientWish, withClient } from './server-case.ts'
import { caseOnServer, type ServerTrial } from './server-trial.ts'
import { hasGrant, hasSecret, isConfidential, isMachine, isOfUsers, isRefreshing } from './token-ask.ts'
import { serverOf } from './token-grant.ts'

/** Says what is tried on a server, or why nothing is. */
export type TrialsOf = (server: ServerTarget, target: Target) => readonly ServerTrial[] | string

/** A case each of whose trials wants a client; or one that looks at the server first. */
export function serverCase(text: CaseText, trials: readonly ClientTrial[] | TrialsOf): TestCase {
  return caseOnServer(text, typeof trials === 'function' ? trials : server => clientTrials(server, trials))
}

/** Gives each trial its client. */
export function clientTrials(server: ServerTarget, trials: readonly ClientTrial[]): readonly ServerTrial[] {
  return trials.map(trial => withClient(server, { ...trial, run: patiently(trial.run) }))
}

/** A trial that was told to come back later comes back, once, where a test may wait that long. */
function patiently(run: ClientTrial['run']): ClientTrial['run'] {
  return async (context, client) => {
    const judgement = await run(context, client)
    const wait = judgement.verdict === 'inconclusive' ? waitAskedIn(judgement, context.now()) : undefined
    const { patience = 120 } = serverOf(context)
    if (wait === undefined || wait > patience * 1000) return judgement
    await context.wait(wait + 1000)
    return run(context, client)
  }
}

function waitAskedIn({ evidence = [] }: Judgement, now: number): number | undefined {
  const last = evidence.at(-1)
  if (last?.kind !== 'answered' || last.response.status !== 429) return undefined
  return retryAfterOf(last.response, now)
}

/** A trial that is not made, with the reason. */
export function untried(variant: string, unless: string): ServerTrial {
  return { variant, unless, run: async () => notApplicable(unless) }
}

function wish(fits: (client: TestClient) => boolean, what: string): ClientWish {
  return { fits, lacks: `it needs ${what}; configure one` }
}

/** Any client that gets tokens by itself or for users. */
export const anyClient = wish(
  client => isOfUsers(client) || isMachine(client),
  'a client with the grant `authorization_code` or `client_credentials`',
)

/** A client that gets tokens for itself. */
export const machineClient = wish(isMachine, 'a confidential client with the grant `client_credentials`')

/** A client with a secret that gets tokens in any way. */
export const secretClient = wish(
  client => hasSecret(client) && (isOfUsers(client) || isMachine(client)),
  'a client with a secret',
)

/** A client for users that gets refresh tokens. */
export const refreshingClient = wish(isRefreshing, 'a client with the grants `authorization_code` and `refresh_token`')

/** The same, and nothing to authenticate by. */
export const publicRefreshingClient = wish(
  client => isRefreshing(client) && !isConfidential(client),
  'a public client with the grants `authorization_code` and `refresh_token`',
)

/** The same, and something to authenticate by. */
export const confidentialRefreshingClient = wish(
  client => isRefreshing(client) && isConfidential(client),
  'a confidential client with the grants `authorization_code` and `refresh_token`',
)

/** A client with a grant. */
export function clientWithGrant(grantType: string): ClientWish {
  return wish(client => hasGrant(grantType, client), `a client with the grant \`${grantType}\``)
}

/** A client that signs who it is. */
export const signingClient = wish(
  client => client.credential.method === 'private_key_jwt' && (isMachine(client) || isOfUsers(client)),
  'a client with the authentication method `private_key_jwt`',
)

/** A client that shows a certificate. */
export const certifiedClient = wish(
  client => 'certificate' in client.credential && (isMachine(client) || isOfUsers(client)),
  'a client with the authentication method `tls_client_auth` or `self_signed_tls_client_auth`',
)
