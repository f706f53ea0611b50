import type { Catalogue, CatalogueDeclaration } from '@ambit/scope'
import type { GuardRules, LoginStep, Severity } from '@ambit/tester'

/**
 * A value that opens something: the name of an environment variable, or a file beside the configuration. In clear it may stand
 * there only where the authorization server is on this machine.
 */
export type SecretText = string | { readonly env: string } | { readonly file: string }

/** The API under test. */
export type TestApi = {
  /** The OpenAPI document: a path, or a URL. Without it the operations are those of `code`. */
  readonly openapi?: string
  /**
   * The folder of the program's source (Express, Fastify, Hono, NestJS, Koa), which is read and not run. `guards` tells of
   * functions of its own: `{ requireScope: { scopeArgument: 0 }, isLoggedIn: {}, countVisits: false }`. `withBuilt` reads
   * compiled folders such as `dist`, too.
   */
  readonly code?: string | { readonly folder: string; readonly guards?: GuardRules; readonly withBuilt?: boolean }
  /** HAR files or access logs of what clients call, and what each client asks for, where the files do not show it. */
  readonly observedCalls?: {
    readonly files: readonly string[]
    readonly scope?: Readonly<Record<string, readonly string[]>>
  }
  /** Where operations are called, instead of the document's servers. */
  readonly baseUrl?: string
  /** The identifier of each protected resource, by the beginning of its paths. @spec RFC 8707 §2 */
  readonly resources?: Readonly<Record<string, string>>
  /** Operations that are meant to be public, by key (`GET /pets`) or `operationId`. */
  readonly publicOperations?: readonly string[]
  /** Values that work, by operation; `*` stands for each operation that has such a parameter. */
  readonly examples?: Readonly<
    Record<string, { readonly parameters?: Readonly<Record<string, unknown>>; readonly body?: unknown }>
  >
  /** The policy's action that an operation is. */
  readonly actions?: Readonly<Record<string, string>>
  /** Where the action's object and input stand in the call: `{ changePrice: { item: 'body/item' } }`. */
  readonly inputs?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Whether an operation changes something, where its method says otherwise. */
  readonly writes?: Readonly<Record<string, boolean>>
  /** What is sent with each call: an API key, a tenant. */
  readonly headers?: Readonly<Record<string, SecretText>>
  /** Security schemes beside tokens that calls satisfy. */
  readonly checkedByApi?: readonly string[]
  /** The scopes, where some cover others; a policy brings its own. */
  readonly catalogue?: Catalogue | CatalogueDeclaration
  /** A module that exports the API's policy, and which export it is where there are several. */
  readonly policy?: string | { readonly file: string; readonly export: string }
  /** Objects that the API really has: what trials of the policy's conditions choose among. */
  readonly objects?: readonly {
    readonly kind: string
    readonly id: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  /**
   * Seconds for which a revoked token may still be accepted. Left out: 60 where the API can ask about tokens, and the rest of its
   * life, at most 15 minutes, where a token tells about itself.
   */
  readonly revocationWindow?: number
  /** Operations that one scope may open by itself; half of them, and at least five, where it is left out. */
  readonly mostPerScope?: number
  /** Another API at the same server, whose tokens must be refused here. */
  readonly otherResource?: string
  /** The same API by http, where it answers there. */
  readonly plainOrigin?: string
  /** Beginnings of paths of older versions: `/v0`. */
  readonly olderPaths?: readonly string[]
}

/** A client at the authorization server, lent to the tester. */
export type TestClientConfig = {
  readonly clientId: string
  /** What reports call it; the client's identifier where it is left out. */
  readonly name?: string
  /** Left out: `client_secret_basic` with a secret, `private_key_jwt` with a key, `tls_client_auth` with a certificate, else `none`. */
  readonly method?:
    | 'none'
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'client_secret_jwt'
    | 'private_key_jwt'
    | 'tls_client_auth'
    | 'self_signed_tls_client_auth'
  readonly secret?: SecretText
  /** A private key, as JWK or PEM. */
  readonly key?: SecretText
  /** The `kid` of the key, where the key itself does not say it. */
  readonly kid?: string
  /** A certificate in PEM, with its private key. */
  readonly certificate?: { readonly certificate: SecretText; readonly privateKey: SecretText }
  readonly redirectUris?: readonly string[]
  /** Left out: `authorization_code` and `refresh_token` with redirect URIs, else `client_credentials`. */
  readonly grantTypes?: readonly string[]
  /** What it may ask for. */
  readonly scope?: readonly string[]
  readonly mayIntrospect?: boolean
  /** How its tokens must be bound; by DPoP where the server issues no others. @spec RFC 9449 §5.2 */
  readonly binding?: 'dpop'
  /** Whether it must sign its authorization requests, where the server's metadata do not say it for all. @spec RFC 9101 §10.5 */
  readonly signsRequests?: boolean
  /** Asks for signed authorization responses. @spec JARM §2.3 */
  readonly responseMode?: 'jwt'
  /** What its tokens say, and what the API looks up about it: for the conditions of a policy. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly facts?: Readonly<Record<string, unknown>>
}

/** A person at the authorization server, lent to the tester. */
export type TestUserConfig = {
  readonly username: string
  readonly password: SecretText
  /** What reports call them; the user name where it is left out. */
  readonly name?: string
  /** What belongs to them alone, by operation or kind of object: `{ order: ['7'] }`. */
  readonly owns?: Readonly<Record<string, readonly string[]>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly facts?: Readonly<Record<string, unknown>>
}

/** How users log in. */
export type TestLogin = {
  /** `form` where it is left out: pages are read and forms sent. `browser`: Chromium, for pages that want script. */
  readonly by?: 'form' | 'browser'
  /** The flow for users; chosen by what server and clients can do where it is left out. */
  readonly flow?: 'authorization_code' | 'device_code' | 'password' | 'implicit'
  /** Steps of a login that is not understood by itself. */
  readonly steps?: readonly LoginStep[]
  /** Origins of login pages that are not the server's. */
  readonly origins?: readonly string[]
  /** Where Chromium is. */
  readonly browser?: string
  /** What Chromium is started with. */
  readonly browserArguments?: readonly string[]
}

/** A signing key of a test issuer. */
export type TestIssuerKey = {
  readonly kid: string
  readonly alg: string
  /** The private key, as JWK or PEM. */
  readonly key: SecretText
  /** `signing` where it is left out. */
  readonly role?: 'signing' | 'encryption' | 'retired' | 'other_alg'
}

/** An issuer whose key the API trusts and the tester holds. */
export type TestIssuerConfig = {
  readonly issuer: string
  readonly keys: readonly TestIssuerKey[]
  /** Claims that a good token has beside those of RFC 9068. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Whom the API knows: `sub` of the first and second user, `client_id` of the first and second client. */
  readonly subjects?: { readonly users?: readonly string[]; readonly clients?: readonly string[] }
  /** A second issuer that the API trusts too. */
  readonly second?: { readonly issuer: string; readonly keys: readonly TestIssuerKey[] }
  /** Serves the public keys on this port of loopback, with those of the authorization server where the issuer is the same. */
  readonly keySetPort?: number
}

/** A client that is tested. For the test it trusts the authorization server that the tester plays. */
type ClientUnderTestConfig = {
  /** What reports call it; its identifier where it is left out. */
  readonly title?: string
  /** Where a user begins to log in. */
  readonly startUrl: string
  /** Its redirect URI. */
  readonly callback: string
  readonly clientId: string
  /** The tester plays the server on this port: the client must be told that its issuer is `http://127.0.0.1:<port>`. */
  readonly serverPort: number
  /** The operations of the API that it calls, by key: what it asks for is compared with what these need. */
  readonly calls?: readonly string[]
}

/** What a run writes. */
export type TestReports = Readonly<Partial<Record<'html' | 'junit' | 'sarif' | 'har' | 'json', string>>>

/** The configuration of the tester, as it is written. */
export type TestDeclaration = {
  /** What reports are called; the title of the API where it is left out. */
  readonly title?: string
  readonly api?: TestApi
  /** The authorization server that tokens come from. */
  readonly issuer?: string
  readonly clients?: readonly TestClientConfig[]
  readonly users?: readonly TestUserConfig[]
  /** What registering a client takes, where not everybody may. @spec RFC 7591 §3 */
  readonly registrationToken?: SecretText
  readonly login?: TestLogin
  readonly testIssuer?: TestIssuerConfig
  readonly clientUnderTest?: ClientUnderTestConfig
  /** The port of loopback where the API asks about tokens, so that the tester can disturb the answers. @spec RFC 7662 §2 */
  readonly introspectionPort?: number
  /** What the proof that a host is yours is made from; kept by you. */
  readonly ownership?: SecretText
  /** Where the tester listens for requests that the API should not make. */
  readonly canary?: { readonly host?: string; readonly port?: number }
  /** Files with certificate authorities in PEM, beside those of the machine. */
  readonly ca?: readonly string[]
  /** Tests at the same time; 8 where it is left out. */
  readonly concurrency?: number
  /** Requests per second at most. */
  readonly rate?: number
  /** Seconds for one test; 120 where it is left out. */
  readonly timeout?: number
  /** The findings that fail a run: of this severity and worse, or with a `warn` of any. `low` where it is left out. */
  readonly failOn?: Severity | 'warn' | 'never'
  /** A file with accepted findings. */
  readonly baseline?: string
  readonly reports?: TestReports
  /** How dates and numbers are written: `de-CH`. */
  readonly locale?: string
  /** `Europe/Zurich`. */
  readonly timeZone?: string
}

/**
 * Declares the configuration of the tester; it is checked when `ambit test` runs.
 * @example
 * export default defineTest({
 *   api: { openapi: 'api.yaml', baseUrl: 'http://localhost:3000', resources: { '/': 'https://api.example' } },
 *   issuer: 'https://as.example',
 *   clients: [{ clientId: 'tester', secret: { env: 'TESTER_SECRET' }, scope: ['read_pets'] }],
 *   users: [{ username: 'ada', password: { env: 'ADA_PASSWORD' } }],
 * })
 */
export function defineTest(declaration: TestDeclaration): TestDeclaration {
  return declaration
}
