// RFC 9700 §2.6; Fetch §3.3

import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ServerTarget, TestClient } from '../../target/target.ts'
import { getDocument, withQuery } from '../../tokens/endpoint-request.ts'
import { textIn } from '../../tokens/json-object.ts'
import { type Exchange, fieldValue, type SentRequest, withField } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { metadataAddress } from './metadata-address.ts'
import { codeClient, withClient } from './server-case.ts'
import { authorizationRequest } from './server-flow.ts'
import { caseOnServer, type ServerContext, type ServerTrial } from './server-trial.ts'

const foreign = 'https://somebody-else.example'

/** What a script of a foreign page sends. */
function fromScript(request: SentRequest): SentRequest {
  return withField(request, ['origin', foreign], ['sec-fetch-mode', 'cors'], ['sec-fetch-site', 'cross-site'])
}

function allows(exchange: Exchange): boolean {
  const allowed =
    exchange.kind === 'answered' ? fieldValue(exchange.response.headers, 'access-control-allow-origin') : undefined
  return allowed === '*' || allowed === foreign
}

function judgeOpen(exchange: Exchange, what: string): Judgement {
  if (exchange.kind === 'failed') return inconclusive(`${what} could not be fetched: ${exchange.detail}`)
  if (exchange.response.status !== 200) return inconclusive(`${what} were answered by ${exchange.response.status}`)
  return allows(exchange)
    ? { verdict: 'pass', reason: `scripts of any page may read ${what}` }
    : {
        verdict: 'warn',
        reason: `scripts may not read ${what}, so clients in a browser cannot use the server`,
        complaint: `no CORS on ${what}`,
      }
}

function judgeClosed(exchange: Exchange): Judgement {
  if (exchange.kind === 'failed') return inconclusive(`the authorization endpoint gave no answer: ${exchange.detail}`)
  return allows(exchange)
    ? {
        verdict: 'fail',
        reason: 'scripts of a foreign page may read what the authorization endpoint answers',
        complaint: 'CORS on the authorization endpoint',
      }
    : { verdict: 'pass', reason: 'scripts of a foreign page may not read what the authorization endpoint answers' }
}

async function goodRequest(context: ServerContext, client: TestClient): Promise<SentRequest> {
  const { pairs } = await authorizationRequest(context, client)
  return getDocument(withQuery(context.server.endpoint('authorization_endpoint') ?? '', pairs))
}

function authorizationTrial(server: ServerTarget, variant: string, isPreflight = false): ServerTrial {
  return withClient(server, {
    variant,
    client: codeClient,
    hasControl: false,
    run: async (context, client) => {
      const request = fromScript(await goodRequest(context, client))
      const preflight = withField({ ...request, method: 'OPTIONS' }, ['access-control-request-method', 'GET'])
      return judgeClosed(await context.send(isPreflight ? preflight : request))
    },
  })
}

/** What scripts of other pages may read. */
export const crossOriginCase: TestCase = caseOnServer(
  {
    id: 'AS-MET-07',
    title: 'what scripts of other pages may read',
    why: 'Clients in a browser must be able to read the metadata and keys. The login must be seen by the user’s browser alone and by no script.',
    remedy: 'Send `Access-Control-Allow-Origin: *` with metadata and keys, and never with the authorization endpoint.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 9700 §2.6'],
    tags: ['metadata', 'cors'],
  },
  server => {
    const keys = textIn(server.metadata, 'jwks_uri')
    return [
      {
        variant: 'the metadata',
        run: async context =>
          judgeOpen(await context.send(fromScript(getDocument(await metadataAddress(context)))), 'the metadata'),
      },
      {
        variant: 'the keys',
        unless: keys === undefined ? 'the server publishes no keys' : undefined,
        run: async context => judgeOpen(await context.send(fromScript(getDocument(keys ?? ''))), 'the keys'),
      },
      authorizationTrial(server, 'the authorization endpoint'),
    ]
  },
)

/** A login that is fetched by a script. */
export const scriptedLoginCase: TestCase = caseOnServer(
  {
    id: 'AS-AUT-11',
    title: 'a login that is fetched by a script',
    why: 'Where a script of any page may talk to the authorization endpoint, it can take part in the login of whoever looks at that page.',
    remedy:
      'Do not answer the authorization endpoint with `Access-Control-Allow-Origin`, and do not answer preflights there.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9700 §2.6'],
    tags: ['authorization', 'cors'],
  },
  server => [authorizationTrial(server, 'a request'), authorizationTrial(server, 'a preflight', true)],
)
