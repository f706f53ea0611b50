import type { ScopeSet } from '@ambit/scope'

/** A verified token, as a policy reads it. */
export type TokenView = {
  readonly scope: ScopeSet
  readonly claims: Readonly<Record<string, unknown>>
}

/** What one decision is about, beside the token; values are whatever the application has, and are not trusted. */
export type Circumstances = {
  readonly resource?: unknown
  readonly input?: unknown
  readonly facts?: Readonly<Record<string, unknown>>
  /** In seconds since the epoch; only rules about the age of a login read it. */
  readonly now: number
}

/** What a policy answers about one action. Everything but `allow` denies. */
export type Decision =
  | { readonly kind: 'allow' }
  /** A token of more scope would help: 403 `insufficient_scope`. */
  | { readonly kind: 'insufficient_scope'; readonly needed: ScopeSet; readonly missing: ScopeSet }
  /** A fresh or stronger login would help: 401 `insufficient_user_authentication`. @spec RFC 9470 §3 */
  | { readonly kind: 'step_up'; readonly acr?: string; readonly maxAge?: number; readonly rule: string }
  /** No new token would help: 403 without a challenge, or 404 where the action is hidden. */
  | { readonly kind: 'forbidden'; readonly rule: string; readonly isHidden: boolean }
