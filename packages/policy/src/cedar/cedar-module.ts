/** What is asked of the module `@cedar-policy/cedar-wasm`, which the application loads in the way that suits it. */
export type CedarModule = {
  readonly preparsePolicySet: (name: string, policies: CedarPolicySet) => CedarAnswer
  readonly statefulIsAuthorized: (call: CedarCall) => CedarAnswer
}

/** Policies by their ids. */
export type CedarPolicySet = { readonly staticPolicies: Record<string, string> }

/** Something that Cedar knows by its type and id. */
export type CedarUid = { readonly type: string; readonly id: string }

/** A question, as far as this package asks it. */
export type CedarCall = {
  readonly principal: CedarUid
  readonly action: CedarUid
  readonly resource: CedarUid
  readonly context: Record<string, CedarValue>
  readonly preparsedPolicySetId: string
  readonly entities: { uid: CedarUid; attrs: Record<string, CedarValue>; parents: CedarUid[] }[]
}

/** A value, as Cedar's JSON has it. */
export type CedarValue = string | number | boolean | CedarValue[] | { [name: string]: CedarValue }

/** What the module answers; `unknown` inside, since it comes from outside and is read with care. */
export type CedarAnswer = {
  readonly type: string
  readonly response?: {
    readonly decision: string
    readonly diagnostics: {
      readonly reason: readonly string[]
      readonly errors: readonly { readonly policyId: string }[]
    }
  }
  readonly errors?: readonly { readonly message: string }[]
}
