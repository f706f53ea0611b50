import type { ServerMetadata, SigningAlgorithm } from '@ambit/protocol'
import type { RequestRule } from '../feature.ts'
import type { ServerOptions } from '../options.ts'
import type { OptionsProblem } from '../options-error.ts'
import type { ClientRecord } from '../ports/records.ts'

/** The profiles that there are. */
export const profileNames = ['oauth2.1', 'fapi2-security', 'fapi2-message-signing', 'mcp', 'legacy'] as const

/** The name of a profile. */
export type ProfileName = (typeof profileNames)[number]

/** What a profile fills in where the options are silent. */
export type ProfileSettings = Partial<
  Pick<
    ServerOptions,
    | 'clientAuthenticationMethods'
    | 'requireSenderConstraint'
    | 'assertionAudience'
    | 'acceptedAlgorithms'
    | 'refreshTokens'
    | 'unknownScope'
  >
>

/** What a profile fills in where a configuration file is silent, beside what it does for the options. */
export type ProfileDeclaration = {
  readonly idTokenAlgorithm?: SigningAlgorithm
  /** Options of features, by the name that a configuration calls them; the features are switched on. */
  readonly features?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** A server as a profile sees it: its options, and what it says of itself because of them. */
export type JudgedServer = { readonly options: ServerOptions; readonly metadata: ServerMetadata }

/** A client as a profile sees it, registered or about to be. */
export type JudgedClient = Pick<
  ClientRecord,
  | 'applicationType'
  | 'authenticationMethod'
  | 'redirectUris'
  | 'grantTypes'
  | 'responseTypes'
  | 'idTokenAlgorithm'
  | 'dangerouslyAcceptNonceInsteadOfPkce'
>

/** What of a client contradicts a profile: the member, and what is wanted. */
export type ClientProblem = { readonly member: keyof JudgedClient; readonly message: string }

/** One rule of a profile. */
export type ProfileRule = {
  /** Unique within its profile. */
  readonly id: string
  /** What it demands, in a sentence. */
  readonly says: string
  /** Where it stands: a specification and the place in it. */
  readonly source: string
  /** `advice`: it is told, and nothing is refused for it. `demand`, when absent. */
  readonly weight?: 'demand' | 'advice'
  readonly sets?: ProfileSettings
  readonly declares?: ProfileDeclaration
  /** What of the server contradicts it. */
  readonly findProblems?: (server: JudgedServer) => readonly OptionsProblem[]
  /** What of a client contradicts it. */
  readonly findClientProblems?: (client: JudgedClient) => readonly ClientProblem[]
  /** Judges authorization requests, where no option does it. */
  readonly requestRule?: RequestRule
  /** How this server keeps it whatever the options say. */
  readonly always?: string
  /** What is lost by what it allows. */
  readonly danger?: string
}

/** A profile: rules that options and clients must fit together. */
export type Profile = {
  readonly name: ProfileName
  /** The specification that it follows, with its version. */
  readonly title: string
  readonly rules: readonly ProfileRule[]
}
