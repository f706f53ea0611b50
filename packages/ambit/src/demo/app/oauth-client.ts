// RFC 6749 §4.1, RFC 7636 §4, RFC 9207 §2.4, OpenID Connect Core §3.1
import { createHash, randomBytes } from 'node:crypto'
import { type Parameters, printForm } from '@ambit/protocol'
import type { Places } from '../places.ts'
import { callbackOf } from '../places.ts'
import { type AppFetch, type Discovered, discover, type JsonObject, readJson } from './discovery.ts'
import { checkIdToken } from './id-token.ts'
import { type Failure, fail, readTokens, type Tokens } from './tokens.ts'

/** A client of the authorization server: the web app's own, and the tour's. */
export type OAuthClientOptions = {
  readonly places: Places
  readonly clientId: string
  readonly clientSecret: string
  readonly fetch: AppFetch
}

/** What a client remembers between sending the user away and having them back. */
export type Pending = { readonly state: string; readonly nonce: string; readonly verifier: string }

/** What to ask for. */
export type Asking = { readonly scope: string; readonly resources: readonly string[] }

/** Talks to the authorization server on behalf of one client. */
export class OAuthClient {
  readonly #options: OAuthClientOptions
  #discovered: Promise<Discovered> | undefined

  constructor(options: OAuthClientOptions) {
    this.#options = options
  }

  /** The authorization request, and what must be remembered for its answer. @spec RFC 6749 §4.1.1, RFC 7636 §4.3 */
  async begin({ scope, resources }: Asking): Promise<{ readonly url: string; readonly pending: Pending }> {
    const pending = { state: random(), nonce: random(), verifier: random() }
    const { places, clientId } = this.#options
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: callbackOf(places),
      scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: createHash('sha256').update(pending.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    for (const resource of resources) query.append('resource', resource)
    return { url: `${(await this.#discover()).authorizationEndpoint}?${query}`, pending }
  }

  /** Judges the authorization response and redeems its code for a token for one resource. @spec RFC 6749 §4.1.2, RFC 9207 §2.4 */
  async finish(query: Parameters, pending: Pending, resource: string): Promise<Tokens | Failure> {
    const { places, clientId } = this.#options
    if (query.get('state') !== pending.state) return fail('the answer belongs to no login that began here')
    if (query.get('iss') !== places.issuer) return fail('the answer is of another authorization server')
    const error = query.get('error')
    if (error !== undefined) return fail(query.get('error_description') ?? 'refused', error)
    const code = query.get('code')
    if (code === undefined) return fail('the answer has neither code nor error')
    const { verifier, nonce } = pending
    const tokens = await this.#requestTokens({
      grant_type: 'authorization_code',
      code,
      redirect_uri: callbackOf(places),
      code_verifier: verifier,
      resource,
    })
    if (tokens.kind === 'failed') return tokens
    const { issuer } = places
    const expected = { issuer, clientId, nonce, keys: (await this.#discover()).jwksUri, fetch: this.#options.fetch }
    const problem = await checkIdToken(tokens.idToken, expected)
    return problem === undefined ? tokens : fail(problem)
  }

  /** Fetches a new access token: for another resource, or with less scope. @spec RFC 6749 §6, RFC 8707 §2.2 */
  refresh(refreshToken: string, asking: { readonly resource: string; readonly scope?: string }) {
    return this.#requestTokens({ grant_type: 'refresh_token', refresh_token: refreshToken, ...asking })
  }

  /** What the server tells of the user of a token. @spec OpenID Connect Core §5.3 */
  async userInfo(accessToken: string): Promise<JsonObject> {
    const { userinfoEndpoint } = await this.#discover()
    return readJson(
      await this.#options.fetch(userinfoEndpoint, { headers: { authorization: `Bearer ${accessToken}` } }),
    )
  }

  /** Ends an authorization. @spec RFC 7009 §2.1 */
  async revoke(token: string): Promise<void> {
    await this.#post((await this.#discover()).revocationEndpoint, { token })
  }

  /** Where a user goes to log out at the server too. @spec OpenID Connect RP-Initiated Logout §2 */
  async logoutUrl(idToken: string): Promise<string> {
    const { places, clientId } = this.#options
    const query = { id_token_hint: idToken, client_id: clientId, post_logout_redirect_uri: `${places.app}/` }
    return `${(await this.#discover()).endSessionEndpoint}?${printForm(query)}`
  }

  async #requestTokens(form: Readonly<Record<string, string>>): Promise<Tokens | Failure> {
    return readTokens(await this.#post((await this.#discover()).tokenEndpoint, form))
  }

  async #post(url: string, form: Readonly<Record<string, string>>) {
    const { clientId, clientSecret, fetch } = this.#options
    const authorization = `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
    const response = await fetch(url, { method: 'POST', headers, body: printForm(form), redirect: 'error' })
    return { status: response.status, value: await readJson(response) }
  }

  #discover(): Promise<Discovered> {
    this.#discovered ??= discover(this.#options.places.issuer, this.#options.fetch).catch((error: unknown) => {
      this.#discovered = undefined
      throw error
    })
    return this.#discovered
  }
}

/** A text of 256 random bits, good as state, nonce and code verifier. @spec RFC 7636 §4.1 */
export function random(): string {
  return randomBytes(32).toString('base64url')
}
