import type { Secret, SecretLedger } from '../secret/secret.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import type { Target, TestClient, TestIssuer, TestUser } from '../target/target.ts'
import type { Sealed } from '../tokens/signed-request.ts'
import type { HeldToken, TokenSource } from '../tokens/token.ts'
import type { Exchange, HeaderField, Send, SentRequest } from '../wire/exchange.ts'

/** Values of a call that stand instead of those of the positive one. */
export type CallChange = {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: readonly HeaderField[]
  /** The body as a JSON value. */
  readonly body?: unknown
}

/** Listens on loopback for requests that nobody should make. */
export type Canary = {
  /** An address that no other probe has. */
  readonly url: (name: string) => string
  /** How often it was asked for. */
  readonly hits: (url: string) => number
  /** Answers that address with a document from now on; until then 404. */
  readonly answer: (url: string, document: { readonly contentType: string; readonly body: string }) => void
}

/** What the front channel came to. */
export type AuthorizationOutcome =
  /** Back at the client's redirect URI, or sent somewhere else that is not the server. */
  | {
      readonly kind: 'redirected'
      readonly location: string
      readonly parameters: ReadonlyMap<string, string>
      /** Why the signed response that the parameters stood in cannot be believed. @spec JARM §2.4 */
      readonly problem?: string
    }
  /** A page that asks for nothing that the user agent knows. */
  | { readonly kind: 'page'; readonly status: number; readonly body: string; readonly headers: readonly HeaderField[] }
  | { readonly kind: 'stuck'; readonly reason: string }

/** How the user behaves in front of the server. */
export type UserConduct = {
  readonly user?: 'first' | 'second'
  /** Scopes that are refused on a consent page that lets one choose. */
  readonly refuses?: readonly string[]
  /** Says no to everything. */
  readonly denies?: boolean
  /** Goes on with the cookies of another call that had the same name; otherwise each call is a fresh browser. */
  readonly browser?: string
  /** Sees pages and answers none. */
  readonly isIdle?: boolean
}

/** The authorization server, as cases against it use it. Each call is recorded as evidence. */
export type ServerTools = {
  /** A text member of the metadata. */
  readonly endpoint: (name: string) => string | undefined
  /** The first client that fits, `undefined` where the configuration has none. */
  readonly client: (fits: (client: TestClient) => boolean) => TestClient | undefined
  readonly users: readonly TestUser[]
  /** Sends the user's browser to the authorization endpoint. A parameter may come twice. */
  readonly authorize: (
    parameters: readonly (readonly [name: string, value: string])[],
    conduct?: UserConduct,
  ) => Promise<AuthorizationOutcome>
  /** Sends the user's browser to any address of the server: where a device's code is entered, where one logs out. */
  readonly visit: (
    url: string,
    conduct?: UserConduct & {
      /** What the device shows. @spec RFC 8628 §3.3 */
      readonly userCode?: string
      readonly scope?: readonly string[]
      /** Where the browser is stopped. */
      readonly redirectUris?: readonly string[]
    },
  ) => Promise<AuthorizationOutcome>
  /** A request to an endpoint with the client's authentication, ready to be changed and sent. */
  readonly formRequest: (
    endpoint: string,
    parameters: readonly (readonly [name: string, value: string])[],
    client: TestClient,
  ) => SentRequest
  /** An authorization request as its client must send it: signed, and asking for a signed answer. @spec RFC 9101 §4 */
  readonly seal: (parameters: readonly (readonly [name: string, value: string])[], client: TestClient) => Sealed
  /** The request with an access token, and with a proof where the token is bound. @spec RFC 6750 §2.1; RFC 9449 §7.1 */
  readonly show: (request: SentRequest, token: Secret) => SentRequest
  /** The same request made anew, where the answer only wants a nonce in its proof. @spec RFC 9449 §8 */
  readonly again: (request: SentRequest, exchange: Exchange) => SentRequest | undefined
  /** A whole authorization code flow with PKCE up to the code; nothing is redeemed. */
  readonly obtainCode: (wish: {
    readonly client: TestClient
    readonly scope: readonly string[]
    readonly parameters?: readonly (readonly [name: string, value: string])[]
    readonly conduct?: UserConduct
  }) => Promise<
    | {
        readonly kind: 'code'
        readonly code: Secret
        readonly verifier: Secret
        readonly redirectUri: string
        readonly state: string
      }
    | { readonly kind: 'failed'; readonly reason: string }
  >
}

/** What a probe works with. One context belongs to one probe, so that whatever it sends is its evidence. */
export type ProbeContext = {
  readonly target: Target
  readonly secrets: SecretLedger
  /** Records the exchange; waits for the rate, and repeats after 429 and 503 as `Retry-After` says. */
  readonly send: Send
  /** The positive call of an operation, without any credential; `undefined` where a value is missing that nobody knows. */
  readonly call: (operation: ApiOperation, change?: CallChange) => SentRequest | undefined
  /** The same request with the token, and with a DPoP proof where the token is bound. */
  readonly withToken: (request: SentRequest, token: HeldToken) => SentRequest
  readonly tokens: TokenSource
  /** The least scope that opens an operation: the alternative that opens as little else as possible. */
  readonly leastScope: (operation: ApiOperation) => readonly string[]
  /** At level L1. */
  readonly testIssuer?: TestIssuer
  readonly server?: ServerTools
  readonly canary: Canary
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits; the clock of a test does not. */
  readonly wait: (milliseconds: number) => Promise<void>
  /** Random bytes by the run's seed where they are no secret. */
  readonly randomBytes: (length: number) => Uint8Array
  /** Done at the end of the run, also after Ctrl-C: deletes what the probe made. */
  readonly onEnd: (what: string, undo: () => Promise<void>) => void
}
