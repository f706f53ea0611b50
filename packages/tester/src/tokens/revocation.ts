// RFC 7009 §2.1, §2.2
import type { TestClient } from '../target/target.ts'
import { clientRequest } from './client-authentication.ts'
import { parseJsonObject, textIn } from './json-object.ts'
import { peculiaritiesOf } from './peculiarities.ts'
import { endpointOf, type ServerAccess } from './server-access.ts'

/** What came of a revocation. */
export type Revocation =
  | { readonly kind: 'revoked' }
  | { readonly kind: 'unsupported' | 'failed'; readonly reason: string }

/** Revokes a token at the server. @spec RFC 7009 §2.1 */
export async function revokeToken(
  { text, hint }: { readonly text: string; readonly hint: 'access_token' | 'refresh_token' },
  client: TestClient,
  access: ServerAccess,
): Promise<Revocation> {
  const { server } = access
  const endpoint = endpointOf(server, 'revocation_endpoint', client)
  if (endpoint === undefined) return { kind: 'unsupported', reason: 'the server has no revocation endpoint' }
  if (!peculiaritiesOf(server.provider).revokes.includes(hint))
    return { kind: 'unsupported', reason: `${server.provider} revokes no ${hint.replace('_', ' ')}s` }
  const exchange = await access.send(
    clientRequest(
      endpoint,
      [
        ['token', text],
        ['token_type_hint', hint],
      ],
      client,
      access,
    ),
  )
  if (exchange.kind === 'failed')
    return { kind: 'failed', reason: `the revocation endpoint gave no answer: ${exchange.failure}` }
  const { status, body } = exchange.response
  if (status === 200) return { kind: 'revoked' }
  const error = textIn(parseJsonObject(body) ?? {}, 'error')
  if (error === 'unsupported_token_type')
    return { kind: 'unsupported', reason: `the server revokes no ${hint.replace('_', ' ')}s` }
  return {
    kind: 'failed',
    reason: `the revocation endpoint answered ${status}${error === undefined ? '' : ` \`${error}\``}`,
  }
}
