import type { PolicyModel } from '@ambit/policy'
import type { Catalogue } from '@ambit/scope'
import type { Secret } from '../secret/secret.ts'
import type { Holder } from '../tokens/token.ts'
import type { HeaderField, ShownCertificate } from '../wire/exchange.ts'
import type { ApiOperation, Place } from './api-operation.ts'

/** What the tester holds. `S`: nothing is sent. `L0`: clients and users. `L1`: a test issuer. `L2`: the API's policy. */
export type PowerLevel = 'S' | 'L0' | 'L1' | 'L2'

/** A key pair as JSON Web Keys. @spec RFC 7517 §4 */
export type KeyPair = { readonly publicJwk: JsonWebKey; readonly privateJwk: Secret }

/** How a client shows who it is. @spec OpenID Connect Core §9; RFC 8705 §2 */
export type ClientCredential =
  | { readonly method: 'none' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt'; readonly secret: Secret }
  | { readonly method: 'private_key_jwt'; readonly key: KeyPair }
  | {
      readonly method: 'tls_client_auth' | 'self_signed_tls_client_auth'
      readonly certificate: ShownCertificate
    }

/** A client at the authorization server, lent to the tester. */
export type TestClient = {
  /** What the configuration calls it. */
  readonly name: string
  readonly clientId: string
  readonly credential: ClientCredential
  readonly redirectUris: readonly string[]
  readonly grantTypes: readonly string[]
  /** What it may ask for; absent where nobody said. */
  readonly scope?: readonly string[]
  /** Whether it may ask about tokens. */
  readonly mayIntrospect: boolean
  /** How its tokens must be bound; absent where nobody said. @spec RFC 9449 §5.2 */
  readonly binding?: 'dpop'
  /** Whether it must sign its authorization requests, also where the server demands that of nobody. @spec RFC 9101 §10.5 */
  readonly signsRequests?: boolean
  /** How it wants to be answered: by a signed response. @spec JARM §2.3 */
  readonly responseMode?: 'jwt'
}

/** A person at the authorization server, lent to the tester. */
export type TestUser = {
  readonly name: string
  readonly username: string
  readonly password: Secret
  /** What conditions and ownership are tested with, by operation key or kind: `{ item: ['hay'] }`. */
  readonly owns: Readonly<Record<string, readonly string[]>>
}

/** An issuer whose key the API trusts and the tester holds: any token can be made. */
export type TestIssuer = {
  readonly issuer: string
  readonly keys: readonly [IssuerKey, ...IssuerKey[]]
  /** Claims that a good token has beside those of RFC 9068. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Whom the API knows: `sub` of the first and second user, `client_id` of the first and second client. */
  readonly subjects?: { readonly users?: readonly string[]; readonly clients?: readonly string[] }
  /** A second issuer that the API trusts too, where there is one. */
  readonly second?: { readonly issuer: string; readonly keys: readonly [IssuerKey, ...IssuerKey[]] }
  /** Its key set, where the tester itself serves it. */
  readonly keySet?: ServedKeySet
}

/** A key set that the tester serves. @spec RFC 7517 §5 */
export type ServedKeySet = {
  /** How often it was fetched until now. */
  readonly fetches: () => number
  /** Serves one more public key from now on. */
  readonly add: (key: Pick<IssuerKey, 'kid' | 'alg'> & { readonly publicJwk: JsonWebKey }) => void
}

/** A signing key of the test issuer, in its role. */
export type IssuerKey = {
  readonly kid: string
  readonly alg: string
  readonly key: KeyPair
  /** `signing`: tokens by it are good. Others stand in the key set for something else, or were retired. */
  readonly role: 'signing' | 'encryption' | 'retired' | 'other_alg'
}

/** The authorization server under test, or the one that tokens come from. */
export type ServerTarget = {
  readonly issuer: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Which product it is, by its metadata. */
  readonly provider: ProviderName
  readonly clients: readonly TestClient[]
  readonly users: readonly TestUser[]
  /** Whether the cases against the server itself are wanted, not only its tokens. */
  readonly isUnderTest: boolean
  /** What registering a client takes, where not everybody may. @spec RFC 7591 §3 */
  readonly registrationToken?: Secret
  /** Seconds that one test may wait for something to expire (default: 120). */
  readonly patience?: number
}

/** The products that are recognised. */
export type ProviderName = 'ambit' | 'auth0' | 'okta' | 'entra' | 'google' | 'keycloak' | 'cognito' | 'unknown'

/** A route found in the code. */
export type CodeRoute = {
  readonly method: string
  /** `/pets/{id}` whatever the framework writes. */
  readonly path: string
  readonly place: Place
  readonly framework: 'express' | 'fastify' | 'hono' | 'nestjs' | 'koa'
  /** What guards it, as far as the code tells; `unknown` where something guards that was not understood. */
  readonly guard:
    | { readonly kind: 'none' }
    | { readonly kind: 'token'; readonly anyOf: readonly (readonly string[])[]; readonly place: Place }
    | { readonly kind: 'unknown'; readonly name: string; readonly place: Place }
}

/** An object that the API really has: what trials of a policy's conditions choose among. */
export type KnownObject = {
  /** The policy's kind of object: `item`. */
  readonly kind: string
  /** The value that names it in a call. */
  readonly id: string
  /** What conditions read of it. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** What conditions read of whoever holds a token. */
export type KnownHolder = {
  readonly holder: Holder
  /** What its tokens say, where the tester cannot read them. */
  readonly claims: Readonly<Record<string, unknown>>
  /** What the API looks up about it, by the fact's name. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** The way between the API and the server's introspection endpoint, where it leads through the tester. @spec RFC 7662 §2 */
export type IntrospectionControl = {
  /** How it behaves until it is told otherwise; `say` puts members in the place of the server's. */
  readonly behave: (
    conduct:
      | { readonly kind: 'pass' | 'fail' }
      | { readonly kind: 'say'; readonly members: Readonly<Record<string, unknown>> },
  ) => void
}

/** What one client asked for, and what it called: from a recording or a log. */
export type ObservedClient = {
  readonly client: string
  /** The file that shows it. */
  readonly source: string
  readonly scope: readonly string[]
  /** Calls that were answered by a success, with the path as it stood in the request, without its query. */
  readonly calls: readonly { readonly method: string; readonly path: string }[]
}

/** The API under test. */
export type ApiTarget = {
  readonly title: string
  /** `https://api.example`: where operations are called. */
  readonly origin: string
  readonly operations: readonly ApiOperation[]
  /** Operations that are meant to be public, by key. */
  readonly publicOperations: ReadonlySet<string>
  /** The scopes that the document declares, with their descriptions. */
  readonly declaredScopes: ReadonlyMap<string, string>
  /** The schemes that list their scopes; absent where each does. */
  readonly listingSchemes?: ReadonlySet<string>
  /** Which scope covers which; flat where only a document is known. */
  readonly catalogue: Catalogue
  /** Whether nobody but the document told of the scopes, which cannot say that one covers another. */
  readonly isCatalogueGuessed?: boolean
  readonly policy?: PolicyModel
  readonly routes?: readonly CodeRoute[]
  /** Whether the code was read without a gap in which a route could be. */
  readonly areRoutesComplete?: boolean
  readonly observedCalls?: readonly ObservedClient[]
  /** How many operations one scope may open by itself; absent: half of them, and at least five. */
  readonly mostPerScope?: number
  /** The identifiers of the protected resources, by longest path prefix. */
  readonly resources: readonly { readonly path: string; readonly resource: string }[]
  /** What is sent with each call: an API key, a tenant. */
  readonly headers: readonly HeaderField[]
  /** Seconds for which a revoked token may still be accepted, where the API promises any. */
  readonly revocationWindow?: number
  /** A second API with other scopes or audience at the same server, whose tokens must be refused here. */
  readonly otherResource?: string
  /** Plain-http origin of the same API, older versions of its path, addresses for streams: what some cases need. */
  readonly plainOrigin?: string
  readonly olderPaths: readonly string[]
  readonly objects?: readonly KnownObject[]
  readonly holders?: readonly KnownHolder[]
  readonly introspection?: IntrospectionControl
}

/** What a played server answers for a code; what is left out is as it should be. */
export type PlayedAnswer = {
  /** As the client asked. */
  readonly asked: ReadonlyMap<string, string>
  /** Belongs to another authorization than the client's own. */
  readonly isForeign?: boolean
  /** What was granted, where it is less than was asked for. */
  readonly scope?: readonly string[]
  /** What is wrong with the ID token; a claim set to `undefined` is left out. */
  readonly idToken?: {
    readonly header?: Readonly<Record<string, unknown>>
    readonly claims?: Readonly<Record<string, unknown>>
    /** Signed by a key that nobody published. */
    readonly hasOtherKey?: boolean
  }
}

/** A token request that came with a code. */
export type Redemption = {
  readonly verifier?: string
  /** Whether the verifier is the one that belongs to the code. */
  readonly fits: boolean
  /** What was given. */
  readonly tokens: readonly Secret[]
}

/** An authorization server that the tester plays, so that a client can be tested. */
export type PlayedServer = {
  readonly issuer: string
  /** Makes a code. */
  readonly issue: (answer: PlayedAnswer) => Secret
  /** The token requests that came with a code. */
  readonly redemptions: (code: Secret) => readonly Redemption[]
  /** Addresses that the client has called with a token in them. */
  readonly leaks: () => readonly string[]
}

/** A client that is tested: for the test it trusts a server that the tester plays. */
export type ClientUnderTest = {
  readonly title: string
  /** Where a user begins to log in. */
  readonly startUrl: string
  /** Its redirect URI. */
  readonly callback: string
  readonly clientId: string
  readonly server: PlayedServer
  /** The operations of the API that it calls, by key, as far as anybody said. */
  readonly calls?: readonly string[]
}

/** Everything that a run is about. */
export type Target = {
  readonly api?: ApiTarget
  readonly server?: ServerTarget
  readonly testIssuer?: TestIssuer
  readonly client?: ClientUnderTest
  readonly levels: ReadonlySet<PowerLevel>
  /** Whether operations that change something may be called. */
  readonly mayWrite: boolean
  /** `operation`: guard-wide cases are tried on each operation. `guard`: on one operation of each guard. */
  readonly depth: 'guard' | 'operation'
}
