import type { ScopeSet } from '@ambit/scope'
import type { RequestFacts } from './evaluation/request-facts.ts'

/** A verified token, as a policy reads it. */
export type TokenView = {
  readonly scope: ScopeSet
  /** What the token says: `acr`, `auth_time` and `authorization_details` among it. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** What one decision is about, beside the token; values are whatever the application has, and are not trusted. */
export type Circumstances = {
  readonly resource?: unknown
  readonly input?: unknown
  /** Facts that are known already, by name; the others are loaded where the policy knows how, else they are missing. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** In seconds since the epoch; only rules about the age of a login read it. */
  readonly now: number
  /** What keeps the facts that were loaded for a request; without it each decision loads its own. */
  readonly requestFacts?: RequestFacts
}

/** What a policy answers about one action. Everything but `allow` denies. */
export type Decision =
  | { readonly kind: 'allow' }
  /** A token of more scope would help: 403 `insufficient_scope`. */
  | { readonly kind: 'insufficient_scope'; readonly needed: ScopeSet; readonly missing: ScopeSet }
  /**
   * A fresh or stronger login would help: 401 `insufficient_user_authentication`. Where several rules want one, `acr` is
   * the strongest level, `maxAge` the shortest, and `rule` the first of them. @spec RFC 9470 §3
   */
  | { readonly kind: 'step_up'; readonly acr?: string; readonly maxAge?: number; readonly rule: string }
  /** No new token would help: 403 without a challenge, or 404 where the action is hidden. */
  | { readonly kind: 'forbidden'; readonly rule: string; readonly isHidden: boolean }
