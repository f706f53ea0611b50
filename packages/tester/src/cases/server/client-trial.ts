// RFC 6749 §2.3, §5.2
import type { Judgement } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import type { SentRequest } from '../../wire/exchange.ts'
import { isJudgement } from '../resource/guarded-call.ts'
import type { ClientTrial, ClientWish } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { goodTokenRequest } from './token-grant.ts'
import { judgeError, type WantedError } from './token-refusal.ts'

/** A token request that is good but for who sends it. */
export type Disguise = {
  readonly client: ClientWish
  readonly wanted: WantedError | ((client: TestClient) => WantedError)
  /** Makes the request with parameters that would give a token. */
  readonly request: (context: ServerContext, client: TestClient, pairs: readonly Pair[]) => SentRequest
}

/** Sends a request that is good but for who sends it, which must be refused. */
export function disguised(variant: string, disguise: Disguise): ClientTrial {
  return { variant, client: disguise.client, run: (context, client) => tryDisguise(context, client, disguise) }
}

async function tryDisguise(
  context: ServerContext,
  client: TestClient,
  { wanted, request }: Disguise,
): Promise<Judgement> {
  const good = await goodTokenRequest(context, client)
  if (isJudgement(good)) return good
  const exchange = await context.send(request(context, client, good.pairs))
  return judgeError(exchange, typeof wanted === 'function' ? wanted(client) : wanted)
}
