// RFC 6749 §5.2
import { type Refusal, refuse } from '@ambit/protocol'
import type { ScopeReason, ScopeStage, ScopeStep } from '@ambit/scope'

/** A refusal of scope, with the steps that led to it, for `why`. */
export type ScopeRefused = Refusal<'invalid_scope'> & { readonly steps: readonly ScopeStep[] }

/** Refuses scope, and keeps the steps by which it was decided. */
export function refuseScope(description: string, steps: readonly ScopeStep[]): ScopeRefused {
  return { ...refuse('invalid_scope', description), steps }
}

/** A token that is longer was never one: no scope value may be. */
const longestToken = 4096

/** The one step by which everything was refused. */
export function refusedAt(at: ScopeStage, tokens: readonly string[], reason: ScopeReason): readonly ScopeStep[] {
  return [{ at, refused: tokens.map(token => ({ token: token.slice(0, longestToken), reason })), left: '' }]
}

/** The steps that a refusal knows; none where it is not about scope. */
export function stepsOf(refusal: Refusal | ScopeRefused): readonly ScopeStep[] {
  return 'steps' in refusal ? refusal.steps : []
}
