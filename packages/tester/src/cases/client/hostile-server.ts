// RFC 6749 §4.1.3, §5.1; RFC 7636 §4.6; RFC 9207 §3; OpenID Connect Core §2
import { signJws } from '../../node/forge-jws.ts'
import { makeKeyPair } from '../../node/signing-key.ts'
import type { Secret, SecretLedger } from '../../secret/secret.ts'
import type { KeyPair, PlayedAnswer, PlayedServer, Redemption } from '../../target/target.ts'
import { challengeOf } from '../../tokens/pkce.ts'
import { randomText } from '../../tokens/server-access.ts'
import { fieldValue, type HeaderField, type ReceivedResponse, type SentRequest } from '../../wire/exchange.ts'

/** What a played server is made of. */
export type HostileSettings = {
  readonly issuer: string
  readonly secrets: SecretLedger
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A played server, and how it answers the client's requests. */
export type HostileServer = PlayedServer & {
  readonly answer: (request: SentRequest) => Promise<ReceivedResponse>
}

type Issued = { readonly answer: PlayedAnswer; readonly redemptions: Redemption[] }
type Memory = {
  readonly settings: HostileSettings
  readonly key: KeyPair
  readonly otherKey: KeyPair
  readonly codes: Map<string, Issued>
  readonly accessTokens: Set<string>
  readonly leaks: string[]
}

/**
 * Makes an authorization server that gives whatever code a case wants, and notes who redeems it. Its authorization endpoint is
 * never visited: the tester is the browser as well, and stops before it.
 */
export function createHostileServer(settings: HostileSettings): HostileServer {
  const { issuer, secrets } = settings
  const key = makeKeyPair('ES256', secrets)
  const otherKey = makeKeyPair('ES256', secrets)
  const memory: Memory = { settings, key, otherKey, codes: new Map(), accessTokens: new Set(), leaks: [] }
  return {
    issuer,
    issue: answer => {
      const code = secrets.secret('authorization code', randomText())
      memory.codes.set(code.reveal(), { answer, redemptions: [] })
      return code
    },
    redemptions: code => [...(memory.codes.get(code.reveal())?.redemptions ?? [])],
    leaks: () => [...memory.leaks],
    answer: request => answerTo(request, memory),
  }
}

async function answerTo(request: SentRequest, memory: Memory): Promise<ReceivedResponse> {
  const { issuer } = memory.settings
  const { pathname, searchParams } = new URL(`${request.origin}${request.target}`)
  const base = new URL(issuer).pathname.replace(/\/$/, '')
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname
  if (['access_token', 'code', 'id_token', 'refresh_token'].some(name => searchParams.has(name)))
    memory.leaks.push(pathname)
  if (pathname.includes('/.well-known/')) return json(metadataOf(issuer))
  if (path === '/jwks') return json({ keys: [{ ...memory.key.publicJwk, kid: 'played-1', use: 'sig', alg: 'ES256' }] })
  if (path === '/token' && request.method === 'POST') return redeem(request, memory)
  if (path === '/userinfo') return userInfo(request, memory)
  return json({ error: 'not_found' }, 404)
}

function metadataOf(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  }
}

/** Whoever the client says to be, it is: only what it sends is looked at. @spec RFC 6749 §4.1.3, RFC 7636 §4.6 */
async function redeem({ body = '' }: SentRequest, memory: Memory): Promise<ReceivedResponse> {
  const form = new URLSearchParams(body)
  const issued = memory.codes.get(form.get('code') ?? '')
  if (issued === undefined) return json({ error: 'invalid_grant', error_description: 'the code is not known' }, 400)
  const { answer, redemptions } = issued
  const verifier = form.get('code_verifier') ?? undefined
  const challenge = answer.asked.get('code_challenge')
  const isPlain = answer.asked.get('code_challenge_method') !== 'S256'
  const made = verifier === undefined || isPlain ? verifier : await challengeOf(verifier)
  // a code of another authorization has a challenge that nobody here can know
  const fits = answer.isForeign !== true && verifier !== undefined && made === challenge
  const isGiven = answer.isForeign === true ? verifier === undefined : challenge === undefined || fits
  const tokens = isGiven && redemptions.length === 0 ? tokensFor(answer, memory) : undefined
  redemptions.push({
    ...(verifier !== undefined && { verifier }),
    fits,
    tokens: tokens === undefined ? [] : tokens.secrets,
  })
  if (tokens === undefined) return json({ error: 'invalid_grant', error_description: 'the code is not good' }, 400)
  return json(tokens.members)
}

type Tokens = { readonly secrets: readonly Secret[]; readonly members: Readonly<Record<string, unknown>> }

/** @spec RFC 6749 §5.1 */
function tokensFor(answer: PlayedAnswer, memory: Memory): Tokens {
  const { secrets } = memory.settings
  const access = secrets.secret('access token', randomText())
  memory.accessTokens.add(access.reveal())
  const asked = (answer.asked.get('scope') ?? '').split(' ').filter(token => token !== '')
  const scope = answer.scope ?? asked
  const idToken = asked.includes('openid') ? secrets.secret('ID token', signIdToken(answer, memory)) : undefined
  return {
    secrets: [access, ...(idToken === undefined ? [] : [idToken])],
    members: {
      access_token: access.reveal(),
      token_type: 'Bearer',
      expires_in: 300,
      scope: scope.join(' '),
      ...(idToken !== undefined && { id_token: idToken.reveal() }),
    },
  }
}

/** @spec OpenID Connect Core §2 */
function signIdToken({ asked, idToken = {} }: PlayedAnswer, { settings, key, otherKey }: Memory): string {
  const issuedAt = Math.floor(settings.now() / 1000)
  const nonce = asked.get('nonce')
  const payload: Readonly<Record<string, unknown>> = {
    iss: settings.issuer,
    sub: 'the-user-of-the-test',
    aud: asked.get('client_id'),
    iat: issuedAt,
    exp: issuedAt + 300,
    ...(nonce !== undefined && { nonce }),
    ...idToken.claims,
  }
  const header = { alg: 'ES256', kid: 'played-1', ...idToken.header }
  return signJws({ header, payload, key: idToken.hasOtherKey === true ? otherKey : key })
}

/** @spec OpenID Connect Core §5.3 */
function userInfo({ headers }: SentRequest, { accessTokens }: Memory): ReceivedResponse {
  const [, token = ''] = /^bearer +(\S+)$/i.exec(fieldValue(headers, 'authorization') ?? '') ?? []
  return accessTokens.has(token)
    ? json({ sub: 'the-user-of-the-test', name: 'The user of the test' })
    : json({ error: 'invalid_token' }, 401)
}

function json(body: unknown, status = 200): ReceivedResponse {
  const headers: readonly HeaderField[] = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
  ]
  return { status, headers, body: JSON.stringify(body), isCut: false }
}
