// OpenAPI 3.2 §4.10, §4.12, §4.13
import type { Enforcement, OpenApiRequirement } from '@ambit/policy'

/** A JSON Schema or a boolean one, as the document has it; `resolveSchema` of `call/resolve-schema.ts` follows its `$ref`. */
export type Schema = Readonly<Record<string, unknown>> | boolean

/** How a list or an object is written into a parameter; `tabDelimited` is Swagger 2.0's `tsv`. @spec OpenAPI 3.2 §4.12 */
export type ParameterStyle =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'cookie'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'tabDelimited'
  | 'deepObject'

/** A parameter of an operation. */
export type ApiParameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly isRequired: boolean
  readonly schema: Schema
  /**
   * A value that works, from the configuration, the document's examples or its defaults. An optional parameter is sent only
   * where it has one.
   */
  readonly example?: unknown
  /** Absent: `form` in a query or cookie, `simple` elsewhere. */
  readonly style?: ParameterStyle
  /** Absent: what is usual for the style. */
  readonly isExploded?: boolean
  /** Of a parameter whose value is a document of its own. */
  readonly mediaType?: string
}

/** What an operation takes in its body. */
export type ApiBody = {
  readonly mediaType: string
  readonly isRequired: boolean
  readonly schema: Schema
  readonly example?: unknown
}

/** Where something stands: for people, SARIF and editors. Lines and columns begin with 1. */
export type Place = {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** In a document, as a JSON pointer. */
  readonly pointer?: string
}

/** One operation of the API under test. */
export type ApiOperation = {
  /** `GET /petstore/pets/{id}`: the method and the path with everything that servers put before it. */
  readonly key: string
  readonly method: string
  /** The whole path template, base path included. */
  readonly path: string
  readonly operationId?: string
  readonly summary?: string
  readonly tags: readonly string[]
  /** What `security` says, and what it comes to for an access token. */
  readonly requirement: OpenApiRequirement
  readonly enforcement: Enforcement
  /** The schemes whose token is wanted. */
  readonly schemes: readonly string[]
  readonly parameters: readonly ApiParameter[]
  readonly body?: ApiBody
  /** The schema of each answer by its status; `default` as well. */
  readonly responses: Readonly<Record<string, Schema | undefined>>
  /** Whether it may change something: every method but GET, HEAD, OPTIONS, TRACE and QUERY, unless the configuration says so. */
  readonly isWrite: boolean
  /** The action of the policy, where document or configuration names it. */
  readonly action?: string
  /**
   * Where the object and the members of the action's input stand in the call, where they have other names there:
   * `{ newPrice: 'body/price', item: 'path/itemId' }`.
   */
  readonly inputs?: Readonly<Record<string, string>>
  /** The identifier of the protected resource that tokens must be for, where it is known. @spec RFC 8707 §2 */
  readonly resource?: string
  readonly place?: Place
  /** Where `security` stands, or the guard in the code. */
  readonly requirementPlace?: Place
}

/** The alternatives of scope that open an operation; empty where it wants no token, one empty set where any token does. */
export function alternativesOf({ enforcement }: ApiOperation): readonly (readonly string[])[] {
  return enforcement.kind === 'token' ? enforcement.needs.anyOf.map(({ allOf }) => allOf) : []
}
