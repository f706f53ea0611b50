// OpenID Connect Core §3.1.2.1
import type { TestClient } from '../../target/target.ts'
import { authorizationRequest, visit } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'

/** Whether the user of a browser is logged in: what `prompt=none` comes to; `undefined` where that does not tell. */
export async function isLoggedIn(
  context: ServerContext,
  client: TestClient,
  browser: string,
): Promise<boolean | undefined> {
  const { pairs } = await authorizationRequest(context, client, { prompt: 'none' })
  const outcome = await visit(context, client, pairs, { browser })
  if (outcome.kind !== 'redirected') return undefined
  return outcome.parameters.get('error') !== 'login_required'
}
