// RFC 7591 §3.1, §3.2.1; RFC 7592 §2.3
import { getDocument } from '../../tokens/endpoint-request.ts'
import { textIn } from '../../tokens/json-object.ts'
import { type Exchange, withField } from '../../wire/exchange.ts'
import type { ServerContext } from './server-trial.ts'
import { serverOf } from './token-grant.ts'
import { answerOf, isGiven } from './token-refusal.ts'

/** A registration, as the server answered it. */
export type Registration = {
  readonly exchange: Exchange
  /** Present where a client was registered. */
  readonly client?: Readonly<Record<string, unknown>>
}

const good = {
  client_name: 'A client that a test registered',
  redirect_uris: ['https://client.tester.test/callback'],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
}

/** Registers a client, good but for the change, and deletes it at the end. @spec RFC 7591 §3.1; RFC 7592 §2.3 */
export async function register(
  context: ServerContext,
  endpoint: string,
  change: Readonly<Record<string, unknown>> = {},
): Promise<Registration> {
  const request = withField({ ...getDocument(endpoint), method: 'POST' }, ['content-type', 'application/json'])
  const { registrationToken: invitation } = serverOf(context)
  const allowed =
    invitation === undefined ? request : withField(request, ['authorization', `Bearer ${invitation.reveal()}`])
  const exchange = await context.send({ ...allowed, body: JSON.stringify({ ...good, ...change }) })
  const answer = answerOf(exchange)
  const clientId = answer === undefined ? undefined : textIn(answer, 'client_id')
  if (!isGiven(exchange) || answer === undefined || clientId === undefined) return { exchange }
  const secret = textIn(answer, 'client_secret')
  if (secret !== undefined) context.secrets.secret('client secret', secret)
  const token = textIn(answer, 'registration_access_token')
  const address = textIn(answer, 'registration_client_uri')
  if (token !== undefined) context.secrets.secret('registration access token', token)
  context.onEnd(`delete the client \`${clientId}\`, which a test registered`, async () => {
    if (token === undefined || address === undefined)
      throw new Error(`the server offers no way to delete the client \`${clientId}\`; delete it by hand`)
    const deletion = { ...getDocument(address), method: 'DELETE' }
    const deleted = await context.send(withField(deletion, ['authorization', `Bearer ${token}`]))
    const status = deleted.kind === 'answered' ? deleted.response.status : 0
    if (status !== 204 && status !== 200)
      throw new Error(`the client \`${clientId}\` could not be deleted; delete it by hand`)
  })
  return { exchange, client: answer }
}
