// RFC 8414 §3, OpenID Connect Discovery §4
import { type FetchOptions, fetchBounded } from './bounded-fetch.ts'
import type { FindKey } from './find-key.ts'
import { type IntrospectionRules, verifierAsking } from './introspection-verifier.ts'
import { type JwtRules, verifierBy } from './jwt-verifier.ts'
import { type Clock, systemClock } from './platform.ts'
import { type Loaded, Refreshed, UnavailableError } from './refreshed.ts'
import { remoteKeys } from './remote-keys.ts'
import { runtimeSignatures } from './runtime-crypto.ts'
import { checkSecureUrl, parseSecureUrl } from './secure-url.ts'
import { type JsonObject, parseStrictObject } from './strict-json.ts'
import type { TrustedIssuer } from './verification.ts'

/** How the tokens of a discovered issuer are verified. Spans are in seconds. */
export type DiscoveryOptions = FetchOptions & {
  /** How JWT access tokens are judged; `none` where no JWT of this issuer counts without asking. */
  readonly jwt?: JwtRules | 'none'
  /** As whom tokens that are no JWTs are asked about; none of them counts where it is left out. */
  readonly introspection?: IntrospectionRules
  /** How long fetched keys serve without being fetched again; 600 where it is left out. */
  readonly cacheTtl?: number
  /** How much longer they serve while they cannot be fetched; 3600 where it is left out. */
  readonly staleTtl?: number
  readonly clock?: Clock
}

/**
 * Trusts an authorization server by its issuer identifier alone: keys and endpoints are read from its metadata when they are
 * first needed.
 * @spec RFC 8414 §3, RFC 9068 §4
 * @throws {RangeError} for an identifier that is no https URL, and where no way is left to verify a token
 * @example
 * createGuard({ issuers: [discoverIssuer('https://as.example')], resource: 'https://api.example/pets', catalogue })
 */
export function discoverIssuer(issuer: string, options: DiscoveryOptions = {}): TrustedIssuer {
  const { clock = systemClock, jwt = {}, introspection } = options
  checkIssuer(issuer)
  if (jwt === 'none' && introspection === undefined)
    throw new RangeError('`jwt` is `none`, so `introspection` is wanted: as whom to ask about tokens')
  const metadata = metadataOf(issuer, { ...options, clock })
  const rules = { ...options, clock }
  return {
    issuer,
    ...(jwt !== 'none' && { jwt: verifierBy(keysBy(metadata, { ...rules, ...jwt }), { ...rules, ...jwt }) }),
    ...(introspection && { opaque: verifierAsking(() => endpointBy(metadata), { ...rules, ...introspection }) }),
  }
}

/** What is read of an authorization server's metadata. @spec RFC 8414 §2 */
type Metadata = { readonly jwksUri: string | undefined; readonly introspectionEndpoint: string | undefined }
type Timed = DiscoveryOptions & { readonly clock: Clock }

function checkIssuer(issuer: string): void {
  checkSecureUrl('issuer', issuer)
  if (issuer.includes('?')) throw new RangeError(`the issuer \`${issuer}\` has a query; an address without is wanted`)
}

const metadataTtl = 3_600
const staleMetadataTtl = 86_400
const largestMetadata = 262_144

function metadataOf(issuer: string, options: Timed): Refreshed<Metadata> {
  const { clock, startTimer } = options
  const load = () => loadMetadata(issuer, options)
  return new Refreshed({ name: `the metadata of \`${issuer}\``, clock, load, ...(startTimer && { startTimer }) })
}

async function loadMetadata(issuer: string, options: FetchOptions): Promise<Loaded<Metadata>> {
  const value = readMetadata(issuer, await fetchMetadata(issuer, options))
  return { value, freshTtl: metadataTtl, usableTtl: metadataTtl + staleMetadataTtl }
}

/** Asks at the place of RFC 8414, and where there is nothing at that of OpenID Connect. */
async function fetchMetadata(issuer: string, options: FetchOptions): Promise<JsonObject | undefined> {
  const places = placesOf(issuer)
  for (const [at, url] of places.entries()) {
    const { status, mediaType, body } = await fetchBounded(
      { url, headers: { accept: 'application/json' }, limit: largestMetadata },
      options,
    )
    const isElsewhere = status >= 400 && status < 500 && at < places.length - 1
    if (isElsewhere) continue
    if (status !== 200) throw new Error(`it answered with status ${status}`)
    if (mediaType !== 'application/json') throw new Error(`it is of type \`${mediaType}\`, JSON is wanted`)
    return parseStrictObject(new TextDecoder().decode(body))
  }
  return undefined
}

/** @spec RFC 8414 §3.1, OpenID Connect Discovery §4.1 */
function placesOf(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

/** RFC 8414 §3.3: metadata that names another issuer must not be used. */
function readMetadata(issuer: string, document: JsonObject | undefined): Metadata {
  if (document === undefined) throw new Error('it is no JSON object whose members come once')
  if (document['issuer'] !== issuer) throw new Error('it names another issuer')
  return {
    jwksUri: addressIn(document, 'jwks_uri', issuer),
    introspectionEndpoint: addressIn(document, 'introspection_endpoint', issuer),
  }
}

function addressIn(document: JsonObject, name: string, issuer: string): string | undefined {
  const value = document[name]
  if (value === undefined) return undefined
  const url = parseSecureUrl(value)
  const isAsPrivate = url !== undefined && (url.protocol === 'https:' || issuer.startsWith('http:'))
  if (typeof value !== 'string' || !isAsPrivate) throw new Error(`its \`${name}\` is no https address`)
  return value
}

function keysBy(metadata: Refreshed<Metadata>, options: Timed & JwtRules): FindKey {
  let known: { readonly jwksUri: string; readonly find: FindKey } | undefined
  const load = options.signatures ?? runtimeSignatures
  return async wanted => {
    try {
      const { jwksUri } = await metadata.get()
      if (jwksUri === undefined) return { kind: 'unavailable', reason: 'the metadata of the issuer has no `jwks_uri`' }
      if (known?.jwksUri !== jwksUri) known = { jwksUri, find: remoteKeys({ ...options, jwksUri, load }) }
      return await known.find(wanted)
    } catch (error) {
      if (error instanceof UnavailableError) return { kind: 'unavailable', reason: error.message }
      throw error
    }
  }
}

async function endpointBy(metadata: Refreshed<Metadata>): Promise<string> {
  const { introspectionEndpoint } = await metadata.get()
  if (introspectionEndpoint === undefined)
    throw new UnavailableError('the metadata of the issuer has no `introspection_endpoint`')
  return introspectionEndpoint
}
