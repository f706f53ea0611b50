// RFC 7591 §2, §3.2.2, §5
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { textIn, textsIn } from '../../tokens/json-object.ts'
import { isOfOpenId } from '../../tokens/peculiarities.ts'
import { scopeTokens } from '../../tokens/token-response.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, notApplicable } from '../resource/guarded-call.ts'
import { type Registration, register } from './registration-request.ts'
import { caseOnServer, type ServerContext, type ServerTrial } from './server-trial.ts'
import { listed, serverOf, tokenRequest } from './token-grant.ts'
import { answerOf, answerWords, finding, isBusy, isGiven, judgeError, pass } from './token-refusal.ts'

/** A case about registration, where everybody may register. */
function registrationCase(text: CaseText, trials: readonly Trial[]): TestCase {
  return caseOnServer(text, ({ metadata }) => {
    const endpoint = textIn(metadata, 'registration_endpoint')
    if (endpoint === undefined) return 'the server offers no registration of clients'
    return trials.map(
      ({ variant, run }): ServerTrial => ({ variant, isWrite: true, run: context => run(context, endpoint) }),
    )
  })
}

type Trial = {
  readonly variant: string
  readonly run: (context: ServerContext, endpoint: string) => Promise<Judgement>
}

/** Why a registration says nothing; `undefined` where it does. */
function closed({ exchange }: Registration): Judgement | undefined {
  if (exchange.kind === 'failed' || isBusy(exchange.response.status))
    return inconclusive(`the registration got ${answerWords(exchange)}`, exchange)
  const { status } = exchange.response
  return status === 401 || status === 403
    ? notApplicable(`registering takes a token that nobody configured (${status})`)
    : undefined
}

const addressText: CaseText = {
  id: 'AS-DCR-01',
  title: 'a registration with dangerous addresses',
  why: 'Codes go to the redirect URIs that a client registered, and some servers fetch the other addresses: both let a stranger choose where.',
  remedy:
    'Take https redirect URIs without fragment and wildcard, and fetch no address of a client from inside your network.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 7591 §5', 'RFC 7591 §3.2.2', 'OWASP ASVS 5.0 §10.4.7'],
  tags: ['registration', 'redirect', 'ssrf'],
}

/** AS-DCR-01: redirect URIs that nobody should have, and addresses that nobody should fetch. */
const registeredAddresses: TestCase = registrationCase(addressText, [
  redirecting('http', 'http://client.tester.test/callback'),
  redirecting('a fragment', 'https://client.tester.test/callback#part'),
  redirecting('a wildcard', 'https://*.tester.test/callback'),
  redirecting('a script', 'javascript:alert(1)'),
  fetching('logo_uri'),
  fetching('jwks_uri', { token_endpoint_auth_method: 'private_key_jwt' }),
  fetching('sector_identifier_uri', { subject_type: 'pairwise' }),
])

function redirecting(variant: string, uri: string): Trial {
  return {
    variant: `redirect URI with ${variant}`,
    run: async (context, endpoint) => {
      const made = await register(context, endpoint, { redirect_uris: [uri] })
      const sent = `a client with the redirect URI \`${uri}\``
      const unheard = closed(made)
      if (unheard !== undefined) return unheard
      const judgement = judgeError(made.exchange, {
        sent,
        errors: ['invalid_redirect_uri', 'invalid_client_metadata'],
        accepted: 'was registered',
      })
      if (judgement.verdict !== 'pass') return judgement
      const control = await register(context, endpoint)
      return control.client === undefined
        ? inconclusive(`${judgement.reason}, but so was a good registration`, control.exchange)
        : judgement
    },
  }
}

function fetching(member: string, more: Readonly<Record<string, unknown>> = {}): Trial {
  return {
    variant: member,
    run: async (context, endpoint) => {
      const address = context.canary.url(member)
      const made = await register(context, endpoint, { ...more, [member]: address })
      if (context.canary.hits(address) > 0)
        return finding(
          'fail',
          {
            reason: `the server fetched the \`${member}\` that a stranger registered, from inside its own network`,
            complaint: 'fetched',
          },
          made.exchange,
        )
      return (
        closed(made) ??
        pass(`the \`${member}\` of a registration was not fetched (${answerWords(made.exchange)})`, made.exchange)
      )
    },
  }
}

const policyText: CaseText = {
  id: 'AS-DCR-02',
  title: 'a registration that wants everything',
  why: 'Whoever registers is a stranger. Where strangers choose their own scopes and grants, no policy about clients holds.',
  remedy:
    'Decide by your own policy which scopes, grants and authentication methods a registered client gets, whatever it asks for.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §10.4.7', 'OWASP ASVS 5.0 §10.4.11', 'RFC 7591 §2'],
  tags: ['registration', 'scope'],
}

/** AS-DCR-02: every scope, old grants, and tokens for a client that nothing authenticates. */
const registeredRights: TestCase = registrationCase(policyText, [
  { variant: 'scopes', run: tryScopes },
  { variant: 'grants', run: tryGrants },
  { variant: 'no authentication', run: tryPublic },
])

async function tryScopes(context: ServerContext, endpoint: string): Promise<Judgement> {
  const known = (textsIn(serverOf(context).metadata, 'scopes_supported') ?? []).filter(token => !isOfOpenId(token))
  if (known.length < 2) return notApplicable('the server names fewer than two scopes that one could want')
  const made = await register(context, endpoint, { scope: known.join(' ') })
  const unheard = closed(made)
  if (unheard !== undefined) return unheard
  if (made.client === undefined)
    return pass(`a registration with every scope is refused: ${answerWords(made.exchange)}`, made.exchange)
  const said = textIn(made.client, 'scope')
  if (said === undefined) return inconclusive('the answer does not say which scopes the client may have', made.exchange)
  const given = scopeTokens(said).filter(token => known.includes(token))
  if (given.length < known.length) return pass(`of all scopes a stranger may have ${listed(given)}`, made.exchange)
  return finding(
    'fail',
    { reason: `a stranger may have every scope that there is: ${listed(given)}`, complaint: 'every scope' },
    made.exchange,
  )
}

const wanted = ['authorization_code', 'client_credentials', 'password', 'implicit']

async function tryGrants(context: ServerContext, endpoint: string): Promise<Judgement> {
  const made = await register(context, endpoint, { grant_types: wanted, response_types: ['code', 'token'] })
  const unheard = closed(made)
  if (unheard !== undefined) return unheard
  if (made.client === undefined)
    return pass(`a registration with every grant is refused: ${answerWords(made.exchange)}`, made.exchange)
  const given = textsIn(made.client, 'grant_types') ?? []
  const old = given.filter(grant => grant === 'password' || grant === 'implicit')
  if (old.length > 0)
    return finding(
      'fail',
      { reason: `a stranger may use ${listed(old)}, which nobody should`, complaint: 'old grants' },
      made.exchange,
    )
  if (given.includes('client_credentials'))
    return finding(
      'warn',
      { reason: 'a stranger may get tokens for itself by `client_credentials`', complaint: 'client_credentials' },
      made.exchange,
    )
  return pass(`of all grants a stranger may use ${listed(given)}`, made.exchange)
}

async function tryPublic(context: ServerContext, endpoint: string): Promise<Judgement> {
  const made = await register(context, endpoint, {
    token_endpoint_auth_method: 'none',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })
  const unheard = closed(made)
  if (unheard !== undefined) return unheard
  if (made.client === undefined)
    return pass(
      `\`client_credentials\` without authentication cannot be registered: ${answerWords(made.exchange)}`,
      made.exchange,
    )
  const exchange = await context.send(
    tokenRequest(context, clientOf(made.client), [['grant_type', 'client_credentials']]),
  )
  if (isGiven(exchange)) giveBack(context, made.client, exchange)
  if (isGiven(exchange))
    return finding(
      'fail',
      {
        reason: 'a stranger registered a client without authentication, and got a token for it',
        complaint: 'accepted',
      },
      exchange,
    )
  return pass(`a client without authentication gets no token for itself: ${answerWords(exchange)}`, exchange)
}

/** The token belongs to a client that nobody else knows. */
function giveBack(context: ServerContext, client: Readonly<Record<string, unknown>>, exchange: Exchange): void {
  const token = textIn(answerOf(exchange) ?? {}, 'access_token')
  if (token === undefined || context.server.endpoint('revocation_endpoint') === undefined) return
  const secret = context.secrets.secret('access token', token)
  context.onEnd('revoke the token of the client that a test registered', async () => {
    await context.send(
      context.server.formRequest('revocation_endpoint', [['token', secret.reveal()]], clientOf(client)),
    )
  })
}

function clientOf(answer: Readonly<Record<string, unknown>>): TestClient {
  return {
    name: 'registered by the test',
    clientId: textIn(answer, 'client_id') ?? '',
    credential: { method: 'none' },
    redirectUris: [],
    grantTypes: ['client_credentials'],
    mayIntrospect: false,
  }
}

/** AS-DCR-01 and AS-DCR-02: clients that register themselves. */
export const registrationCases: readonly TestCase[] = [registeredAddresses, registeredRights]
