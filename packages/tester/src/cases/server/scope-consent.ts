// OpenID Connect Core §3.1.2.4
import { readPage } from '../../browse/read-page.ts'
import type { TestClient } from '../../target/target.ts'
import { scopeTokens } from '../../tokens/token-response.ts'
import { authorizationRequest, visit } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'
import { askedByUser, valueOf, withPairs } from './token-ask.ts'
import { serverOf } from './token-grant.ts'

/** Whether the consent page has a box for a scope, so that a user can refuse it alone. */
export async function asksAbout(context: ServerContext, client: TestClient, token: string): Promise<boolean> {
  const server = serverOf(context)
  const wish = token === 'offline_access' ? { wantsRefreshToken: true } : {}
  const asked = askedByUser(client, context.target, server, wish)
  const scope = [...new Set([...scopeTokens(valueOf(asked, 'scope') ?? ''), token])].join(' ')
  const { pairs } = await authorizationRequest(context, client, { scope, prompt: 'consent' })
  const request = withPairs(pairs, Object.fromEntries(asked.filter(([name]) => name !== 'scope' && name !== 'prompt')))
  const browser = 'looking at consent'
  // logs in first, so that the next page is the question
  const first = await visit(context, client, withPairs(request, { scope: 'openid', prompt: undefined }), { browser })
  if (first.kind === 'stuck') return false
  const outcome = await visit(context, client, request, { browser, isIdle: true })
  if (outcome.kind !== 'page') return false
  const page = readPage(outcome.body, server.issuer)
  return page.forms.some(({ fields }) =>
    fields.some(({ type, value, name, label }) => type === 'checkbox' && [value, name, label.trim()].includes(token)),
  )
}
