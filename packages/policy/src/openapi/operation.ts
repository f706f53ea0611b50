// OpenAPI 3.2 §4.10, §4.30; Swagger 2.0, Security Requirement Object

/** The versions of the specification that are read. */
export type OpenApiVersion = '2.0' | '3.0' | '3.1' | '3.2'

/** A way to show who calls, as the document declares it. */
export type SecurityScheme = {
  readonly name: string
  /** The kind as the document says it, for people: `oauth2`, `openIdConnect`, `http bearer`, `apiKey`. */
  readonly kind: string
  /** Whether an access token is what is shown; a guard of tokens can judge no other scheme. */
  readonly isToken: boolean
  /** The scopes that the flows declare, with their descriptions; absent where the document does not list them. */
  readonly scopes?: ReadonlyMap<string, string>
  /** Where it stands in the document, as a JSON pointer. */
  readonly pointer: string
}

/** Something beside an access token that an alternative asks for, and that a guard of tokens cannot judge. */
export type OtherCredential = { readonly scheme: string; readonly kind: string; readonly roles: readonly string[] }

/** One object of `security`: all that it names is wanted. */
export type OpenApiAlternative = {
  /** The scopes that the token must have. */
  readonly scopes: readonly string[]
  /** The schemes that the token satisfies; none where this alternative wants no token. */
  readonly schemes: readonly string[]
  readonly alsoNeeds: readonly OtherCredential[]
}

/** What `security` says of an operation. */
export type OpenApiRequirement =
  /** Nothing is asked. */
  | { readonly kind: 'public' }
  /** `{}` is among the alternatives: the operation also serves callers that nobody knows. */
  | { readonly kind: 'optional'; readonly anyOf: readonly OpenApiAlternative[] }
  /** Any one of the alternatives, and of that one all; at least one is met by a token alone. */
  | { readonly kind: 'needs'; readonly anyOf: readonly [OpenApiAlternative, ...OpenApiAlternative[]] }
  /** No alternative is met by a token alone, or what is written cannot be read. */
  | { readonly kind: 'unenforceable'; readonly anyOf: readonly OpenApiAlternative[]; readonly reason: string }

/** One operation of the API. */
export type OpenApiOperation = {
  readonly operationId?: string
  /** The method as it is sent: `GET`. */
  readonly method: string
  /** The path template as the document has it: `/pets/{petId}`. */
  readonly path: string
  /** What servers put before the path, without a slash at the end; empty where that is nothing. */
  readonly basePaths: readonly string[]
  readonly tags: readonly string[]
  /** The policy's action that this operation is, where `x-ambit-action` says so. */
  readonly action?: string
  readonly requirement: OpenApiRequirement
  /** Where the operation stands in the document, as a JSON pointer. */
  readonly pointer: string
  /** Where its requirement stands; absent where the document says nothing about it. */
  readonly requirementPointer?: string
}

/** Something that is wrong or strange in a document; with an error nothing is to be enforced by it. */
export type OpenApiProblem = {
  readonly severity: 'error' | 'warning'
  readonly pointer: string
  readonly message: string
}

/** What a document says about who may do what. */
export type OpenApiReading = {
  readonly version?: OpenApiVersion
  readonly title: string
  readonly operations: readonly OpenApiOperation[]
  readonly schemes: ReadonlyMap<string, SecurityScheme>
  readonly problems: readonly OpenApiProblem[]
}
