import type { LocalizedText } from './localized-text.ts'
import type { ParameterType } from './parameter.ts'

/** How consent treats a scope: it is asked, it is given without asking, or it cannot be refused. */
export type ScopeConsent = 'ask' | 'pre-granted' | 'mandatory'

/** How much harm a scope can do in wrong hands. */
export type ScopeRisk = 'ordinary' | 'sensitive' | 'dangerous'

/** What a catalogue may say about one scope; all of it can be left out. */
export type ScopeDeclaration = {
  /** The name that people read; the scope's own name where it is left out. */
  readonly title?: LocalizedText
  readonly description?: LocalizedText
  /** The resource identifier (RFC 8707 §2) of the API that the scope belongs to. */
  readonly resource?: string
  /** Scopes that this one opens too; from a parameterised scope to one with the same parameters, value for value. */
  readonly implies?: readonly string[]
  readonly consent?: ScopeConsent
  /** Part of the set that is granted where a request names no scope. */
  readonly default?: boolean
  readonly risk?: ScopeRisk
  /** The grant types that may carry the scope; all of them where it is left out. Without `refresh_token` it is not refreshed. */
  readonly grantTypes?: readonly string[]
  /** The longest life of an access token that carries the scope, in seconds. */
  readonly accessTokenTtl?: number
  /** The authentication context class that the user must have reached. */
  readonly acr?: string
  /** No longer to be asked for; a text says what to use instead. */
  readonly deprecated?: boolean | string
  /** The type of each `{parameter}` in the name. */
  readonly parameters?: Readonly<Record<string, ParameterType>>
  /** Parameterised scopes of which this unparameterised one covers every instance. */
  readonly coversInstances?: readonly string[]
  /** Named in the server's metadata; a parameterised scope is no value and never is. */
  readonly listed?: boolean
  /** Goes up when the meaning of the scope changes, so that consent is asked again. */
  readonly version?: number
}

/** What a verb says about others. */
export type VerbDeclaration = {
  /** Verbs that this one opens too: `write: { includes: ['read'] }`. */
  readonly includes?: readonly string[]
}

/** All scopes of a system and how their names are read. */
export type CatalogueDeclaration = {
  /** Whether names are paths of segments between colons, of which the shorter covers the longer; true by default. */
  readonly segments?: boolean
  /** The verbs in which names may end, `DEFAULT_VERBS` where it is left out. */
  readonly verbs?: readonly string[] | Readonly<Record<string, VerbDeclaration>>
  readonly scopes: Readonly<Record<string, ScopeDeclaration>>
}

/** The names that a declaration declares. */
export type NameOf<D extends CatalogueDeclaration> = Extract<keyof D['scopes'], string>

/** A scope-token that fits a declared name: the name itself, or with a value for each parameter. */
export type ScopeToken<Name extends string> = string extends Name ? string : Filled<Name>

type Filled<Name extends string> = Name extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Name

/** A scope as its catalogue knows it, with all defaults filled in. */
export type ScopeDefinition = {
  /** The declared name; for an instance of a parameterised scope, the name with its `{parameters}`. */
  readonly name: string
  readonly title: LocalizedText
  readonly description: LocalizedText | undefined
  readonly resource: string | undefined
  readonly implies: readonly string[]
  readonly consent: ScopeConsent
  readonly default: boolean
  readonly risk: ScopeRisk
  /** `undefined`: any grant type. */
  readonly grantTypes: readonly string[] | undefined
  /** In seconds; `undefined`: the scope sets no limit. */
  readonly accessTokenTtl: number | undefined
  readonly acr: string | undefined
  readonly deprecated: boolean | string
  readonly parameters: Readonly<Record<string, ParameterType>>
  readonly coversInstances: readonly string[]
  readonly listed: boolean
  readonly version: number
}
