import type {
  AuthorizationDetail,
  ChallengeParameters,
  ChallengeScheme,
  Confirmation,
  EpochSeconds,
  ErrorCode,
  ErrorCodeAt,
  HttpResponse,
  MetadataPart,
  Parameters,
  Refusal,
} from '@ambit/protocol'
import type { CompletedRequest } from './authorize/complete.ts'
import type { AuthorizationRequest } from './authorize/request.ts'
import type { RequestClient } from './authorize/request-client.ts'
import type { AsideChannel, ResponseParameters } from './authorize/respond.ts'
import type { ResponseMode } from './authorize/response-type.ts'
import type { AuthenticatedClient } from './client/authenticated-client.ts'
import type { ClientMetadataField } from './client/metadata-field.ts'
import type { ClientAuthentication } from './client/methods/method.ts'
import type { ClientRule } from './client/registered-metadata/inconsistencies.ts'
import type { Endpoint, Exchange, ServerContext } from './context.ts'
import type { Grant, Issuance } from './grants/grant.ts'
import type { ServerOptions } from './options.ts'
import type { OptionsProblem } from './options-error.ts'
import type { RequestId } from './ports/ids.ts'
import type { DetailView, HomeNotice } from './ports/pages.ts'
import type { AccessTokenRecord, ClientRecord, GrantRecord, SessionRecord } from './ports/records.ts'
import type { Store } from './ports/store.ts'
import type { InteractionRecord } from './ports/waiting-records.ts'
import type { Login } from './session/session.ts'

/**
 * What a server can do beside the classic flows, as a value: mounted where it stands in `features`, and otherwise not there
 * at all. Each member is a place where the core asks whoever is mounted; the core names no feature.
 */
export type Feature = {
  /** Unique among those that are mounted. */
  readonly name: string
  readonly endpoints?: readonly Endpoint[]
  readonly grants?: readonly Grant[]
  readonly clientAuthentications?: readonly ClientAuthentication[]
  /** What clients can register for it. */
  readonly clientMetadata?: readonly ClientMetadataField<unknown>[]
  /** What a client must be as a whole; asked wherever one is registered. */
  readonly clientRules?: readonly ClientRule[]
  readonly senderBindings?: readonly SenderBinding[]
  readonly requestSources?: readonly RequestSource[]
  readonly requestRules?: readonly RequestRule[]
  readonly userRule?: UserRule
  readonly allowed?: TellAllowed
  readonly responseModes?: readonly WrappedResponseMode[]
  readonly interactions?: readonly InteractionKind[]
  readonly details?: AuthorizationDetails
  readonly protectJwt?: ProtectJwt
  readonly decryptJwt?: DecryptJwt
  readonly formatIntrospection?: FormatIntrospection
  /** Keys beside those that the server signs with. @spec RFC 7517 §5 */
  readonly publishedKeys?: (context: ServerContext) => Promise<readonly JsonWebKey[]>
  readonly metadata?: (context: ServerContext) => MetadataPart
  /** Puts something before the store, for all that the server does with it. */
  readonly wrapStore?: (store: Store, options: ServerOptions) => Store
  readonly notices?: HomeNotices
  readonly issued?: TellIssued
  readonly sessionEnded?: TellSessionEnded
  /** What whoever runs the server does for it again and again. */
  readonly tasks?: readonly FeatureTask[]
  /** What it was made with, where a profile judges that and the metadata does not tell it. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Features without which this one cannot work, by name. */
  readonly needs?: readonly string[]
  /** Whether it reaches addresses that strangers name. */
  readonly needsOutbound?: boolean
  /** What of the other options contradicts it. */
  readonly findProblems?: (options: ServerOptions) => readonly OptionsProblem[]
}

/** A request of a client that may prove possession of a key. */
export type ClientPossession = { readonly place: 'token' | 'pushed_request'; readonly client: AuthenticatedClient }

/** A request that must prove what its access token is bound to. */
export type TokenPossession = {
  readonly place: 'resource'
  readonly accessToken: string
  readonly confirmation: Confirmation
}

/** A request that may prove possession of a key: where it came, and what is known of it. */
export type PossessionQuestion = ClientPossession | TokenPossession

/** What a request proves to hold, and what the answer carries because of it (a nonce). */
export type Possession = { readonly confirmation?: Confirmation; readonly headers?: Readonly<Record<string, string>> }

/** A way by which a sender proves that a token is theirs. @spec RFC 9449, RFC 8705 */
export type SenderBinding = {
  /** The member of `cnf` that it fills. */
  readonly member: keyof Confirmation
  /** The scheme of the Authorization field for tokens so bound; `Bearer` without it. @spec RFC 9449 §7.1 */
  readonly scheme?: Exclude<ChallengeScheme, 'Basic'>
  /** What its challenges say beside realm, error and scope. @spec RFC 9449 §7.1 */
  readonly challenge?: ChallengeParameters
  /** What the request proves; nothing where it does not use this way. At a resource only tokens so bound come here. */
  readonly prove: (
    context: ServerContext,
    exchange: Exchange,
    question: PossessionQuestion,
  ) => Promise<Possession | Refusal<ErrorCodeAt<'token'> & ErrorCodeAt<'pushed_request'> & ErrorCodeAt<'resource'>>>
  /** Whether every token of this client must be bound in this way. */
  readonly isRequired?: (context: ServerContext, client: ClientRecord) => boolean
}

/** An authorization request's parameters, however they came. */
export type ResolvedRequest = {
  readonly kind: 'resolved'
  readonly parameters: Parameters
  /** The names of the sources that they came through; empty for a plain request. */
  readonly by: readonly string[]
}

/** Where an authorization request may stand instead of in its parameters: a reference, or an object. @spec RFC 9101, RFC 9126 */
export type RequestSource = {
  readonly name: string
  /** The request that the parameters stand for; `undefined` where they do not use this source. */
  readonly resolve: (
    context: ServerContext,
    exchange: Pick<Exchange, 'requestId'>,
    parameters: Parameters,
  ) => Promise<ResolvedRequest | Refusal<ErrorCodeAt<'authorization'> & ErrorCodeAt<'pushed_request'>> | undefined>
}

/** Judges a request whose client and redirect URI are known, when it arrives (and not again while its user is asked). */
export type RequestRule = (
  context: ServerContext,
  request: ResolvedRequest & Pick<RequestClient, 'client'>,
) => RuleVerdict | Promise<RuleVerdict>

type RuleVerdict = Refusal<ErrorCodeAt<'authorization'> & ErrorCodeAt<'pushed_request'>> | undefined

/** What is known of a request whose user is known, and who has done all that is wanted of them but consent. */
export type UserRequest = {
  readonly request: AuthorizationRequest
  readonly login: Login
  /** What the user granted to this client before. */
  readonly grant: GrantRecord | undefined
  /** Whether the user has answered what they were asked. */
  readonly isAnswered: boolean
}

/** Judges a request whose user is known: before they are asked, and again before it is completed. */
export type UserRule = (
  context: ServerContext,
  asked: UserRequest,
) => Promise<Refusal<ErrorCodeAt<'authorization'>> | undefined>

/** Is told of a request that its user allowed, when their grant is kept and nothing is issued yet. */
export type TellAllowed = (context: ServerContext, allowed: CompletedRequest) => Promise<void>

/** A response mode that puts the parameters into one. @spec JARM §2.3 */
export type WrappedResponseMode = {
  /** The value of `response_mode`. */
  readonly name: string
  /** Whether the server takes no other kind of mode: then the metadata lists no plain one. */
  readonly isOnly?: boolean
  /** How it travels; `default` as is usual for the response type. */
  readonly travels: ResponseMode | 'default'
  readonly wrap: (
    context: ServerContext,
    client: ClientRecord,
    parameters: ResponseParameters,
  ) => Promise<ResponseParameters>
}

/** A request that no browser brought, which its user is asked about on our own pages. @spec RFC 8628, OpenID Connect CIBA */
export type InteractionKind = {
  /** As `InteractionRecord.purpose.kind` has it. */
  readonly kind: string
  /** Who asks, and what becomes of the answer. */
  readonly find: (
    context: ServerContext,
    record: InteractionRecord & Required<Pick<InteractionRecord, 'purpose'>>,
  ) => Promise<
    { readonly client: ClientRecord; readonly channel: AsideChannel } | Refusal<'invalid_request' | 'invalid_client'>
  >
}

/** Reads what clients ask for beside scope. @spec RFC 9396 */
export type AuthorizationDetails = {
  /** Reads the parameter `authorization_details` of a request. @spec RFC 9396 §2, §5 */
  readonly parse: (
    context: ServerContext,
    client: ClientRecord,
    text: string,
  ) => readonly AuthorizationDetail[] | Refusal<'invalid_authorization_details'>
  /** What of the granted details a token request asks for; all of them where it names none. @spec RFC 9396 §6 */
  readonly narrow: (
    context: ServerContext,
    granted: readonly AuthorizationDetail[],
    asked: readonly AuthorizationDetail[],
  ) => readonly AuthorizationDetail[] | Refusal<'invalid_authorization_details'>
  /** The resources that the details are for; none where they are for any. @spec RFC 9396 §2.2, §3.2 */
  readonly resourcesOf: (details: readonly AuthorizationDetail[]) => readonly string[]
  /** What of the details concerns one resource. @spec RFC 9396 §9 */
  readonly at: (details: readonly AuthorizationDetail[], resource: string) => readonly AuthorizationDetail[]
  /** Why a client may not have the details without a user; `undefined` where it may. @spec RFC 6749 §4.4 */
  readonly refuseAlone: (
    client: ClientRecord,
    details: readonly AuthorizationDetail[],
  ) => Refusal<'invalid_authorization_details'> | undefined
  /** How a detail stands on the consent page. */
  readonly view: (context: ServerContext, detail: AuthorizationDetail, index: number) => DetailView
  /** The detail as the user left it on the consent page; `undefined` where they refused it. */
  readonly answer: (detail: AuthorizationDetail, index: number, form: Parameters) => AuthorizationDetail | undefined
}

/** What a JWT that we signed is. */
export type SignedFor = 'id_token' | 'authorization_response' | 'introspection' | 'userinfo'

/** Encrypts a signed JWT for the client that wants it so; answers it as it is for others. */
export type ProtectJwt = (
  context: ServerContext,
  protect: { readonly client: ClientRecord; readonly use: SignedFor; readonly jws: string },
) => Promise<string>

/** What stands in a JWE that was encrypted to the server; `undefined` where it cannot be had. */
export type DecryptJwt = (context: ServerContext, client: ClientRecord, jwe: string) => Promise<string | undefined>

/** Answers an introspection in another form, where the request asks for it. @spec RFC 9701 §4 */
export type FormatIntrospection = (
  context: ServerContext,
  answer: {
    readonly exchange: Exchange
    readonly client: AuthenticatedClient
    readonly claims: Readonly<Record<string, unknown>>
  },
) => Promise<HttpResponse | undefined>

/** What the signed-in home says and leads to beside what is there already. */
export type HomeNotices = (context: ServerContext, login: Login) => Promise<readonly HomeNotice[]>

/** Is told of what was issued and stored; what it answers stands in the token response. */
export type TellIssued = (
  context: ServerContext,
  issued: {
    readonly issuance: Issuance
    readonly accessToken: AccessTokenRecord
    readonly requestId: RequestId
    readonly now: EpochSeconds
  },
) => Promise<Readonly<Record<string, unknown>> | undefined>

/** A session that ends, or, without its id, all that a user has. */
export type EndedSession = Pick<SessionRecord, 'userId'> & Partial<Pick<SessionRecord, 'sessionId'>>

/** Is told of a session that ends, before it is gone: where the process dies between the two, it ends again. */
export type TellSessionEnded = (context: ServerContext, ended: EndedSession) => Promise<void>

/** Work that is repeated: when first, and what it does; it answers when again. Both in milliseconds. */
export type FeatureTask = {
  readonly name: string
  readonly first: number
  readonly run: (context: ServerContext) => Promise<number>
}

/** A refusal of any code. */
export type AnyRefusal = Refusal<ErrorCode>
