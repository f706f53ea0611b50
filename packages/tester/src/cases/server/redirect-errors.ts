// RFC 6749 §4.1.2.1, §10.15; RFC 9700 §4.11.2; RFC 7591 §3; RFC 7592 §2.3
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { type JsonObject, parseJsonObject, textIn } from '../../tokens/json-object.ts'
import type { SentRequest } from '../../wire/exchange.ts'
import { inconclusive, notApplicable } from '../resource/guarded-call.ts'
import { judgeFront } from './authorization-judge.ts'
import { webClient, withClient } from './server-case.ts'
import { authorizationRequest, visit } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'
import type { PairChange } from './token-grant.ts'

const wrong = { scope: 'no-such-scope-7f3a' }

/** Errors that are sent to where they must not go. */
export const openRedirectorCase: TestCase = caseOnServer(
  {
    id: 'AS-RED-05',
    title: 'errors that send the user away',
    why: 'A link to a trusted server that leads straight to a stranger’s page is what phishing is made of.',
    remedy: 'Send errors only to registered addresses, and show a page first where nobody vouches for the client.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9700 §4.11.2', 'RFC 6749 §10.15', 'RFC 6749 §4.1.2.1'],
    tags: ['authorization', 'redirect', 'phishing'],
  },
  (server, { mayWrite }) => {
    const client = webClient(server)
    const why = mayWrite ? undefined : 'it registers a client for a while, and writing was not allowed'
    const isOpen = textIn(server.metadata, 'registration_endpoint') !== undefined
    return [
      withClient(server, {
        variant: 'to a registered address',
        client,
        run: async (context, own) => {
          const { pairs } = await authorizationRequest(context, own, wrong)
          const outcome = await visit(context, own, pairs)
          const hasCode = outcome.kind === 'redirected' && outcome.parameters.has('code')
          // whether the scope was right to be given is another case's question
          if (hasCode) return { verdict: 'pass', reason: 'a wrong scope led to no error, and to no other address' }
          const sent = 'a request with a wrong scope'
          return judgeFront(outcome, {
            sent,
            client: own,
            errors: ['invalid_scope', 'invalid_request', 'access_denied'],
            mayShowPage: true,
          })
        },
      }),
      withClient(server, {
        variant: 'to a stranger’s address',
        client,
        run: async (context, own) => {
          const { pairs } = await authorizationRequest(context, own, {
            ...wrong,
            redirect_uri: 'https://attacker.example/page',
          })
          return judgeFront(await visit(context, own, pairs), {
            sent: 'a wrong scope with an address that nobody registered',
            client: own,
          })
        },
      }),
      {
        variant: 'to a client that registered itself',
        isWrite: true,
        unless: isOpen ? why : 'the server lets nobody register by themselves',
        run: tryStranger,
      },
    ]
  },
)

/** Requests that every server has an error for. */
const errors: readonly { readonly sent: string; readonly change: PairChange }[] = [
  { sent: 'a wrong scope', change: wrong },
  { sent: 'an unknown response type', change: { response_type: 'nothing_of_the_kind' } },
]

async function tryStranger(context: ServerContext): Promise<Judgement> {
  const registered = await registerStranger(context)
  if ('verdict' in registered) return registered
  for (const { sent, change } of errors) {
    const { pairs } = await authorizationRequest(context, registered, change)
    const outcome = await visit(context, registered, pairs, { isIdle: true })
    if (outcome.kind === 'stuck') return inconclusive(`${sent} by a client that registered itself: ${outcome.reason}`)
    if (outcome.kind === 'redirected')
      return {
        verdict: 'fail',
        reason: `${sent} by a client that registered itself sent the browser on at once, although nobody vouches for where it leads`,
        complaint: 'open redirector',
      }
  }
  return { verdict: 'pass', reason: 'errors of a client that registered itself kept the browser at the server' }
}

const strangerUri = 'https://attacker.example/landing'

/** Registers a client, to be deleted at the end. @spec RFC 7591 §3.1, RFC 7592 §2.3 */
async function registerStranger(context: ServerContext): Promise<TestClient | Judgement> {
  const endpoint = context.server.endpoint('registration_endpoint') ?? ''
  const body = JSON.stringify({
    client_name: 'A stranger',
    redirect_uris: [strangerUri],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  })
  const exchange = await context.send(jsonRequest('POST', endpoint, body))
  if (exchange.kind === 'failed') return inconclusive(`the registration got no answer: ${exchange.detail}`)
  const { status } = exchange.response
  const document = parseJsonObject(exchange.response.body) ?? {}
  const clientId = textIn(document, 'client_id')
  if (status === 401 || status === 403)
    return notApplicable('registering takes a token, so that somebody vouches for each client')
  if (clientId === undefined) return notApplicable(`the server did not register such a client (${status})`)
  deleteAtEnd(context, document)
  return {
    name: 'a stranger',
    clientId,
    credential: { method: 'none' },
    redirectUris: [strangerUri],
    grantTypes: ['authorization_code'],
    mayIntrospect: false,
  }
}

function deleteAtEnd(context: ServerContext, document: JsonObject): void {
  const { secrets, send } = context
  for (const name of ['client_secret', 'registration_access_token']) {
    const value = textIn(document, name)
    if (value !== undefined) secrets.secret(name === 'client_secret' ? 'client secret' : 'registration token', value)
  }
  const address = textIn(document, 'registration_client_uri')
  const token = textIn(document, 'registration_access_token')
  context.onEnd(`delete the client \`${textIn(document, 'client_id') ?? ''}\``, async () => {
    if (address === undefined || token === undefined) throw new Error('the server gave no way to delete it')
    const request = jsonRequest('DELETE', address)
    const exchange = await send({ ...request, headers: [...request.headers, ['authorization', `Bearer ${token}`]] })
    const status = exchange.kind === 'answered' ? exchange.response.status : 0
    if (status !== 204 && status !== 200) throw new Error(`deleting it was answered by ${status}`)
  })
}

function jsonRequest(method: string, address: string, body?: string): SentRequest {
  const { origin, pathname, search } = new URL(address)
  return {
    method,
    origin,
    target: `${pathname}${search}`,
    headers: [
      ['accept', 'application/json'],
      ...(body === undefined ? [] : ([['content-type', 'application/json']] as const)),
    ],
    ...(body !== undefined && { body }),
  }
}
