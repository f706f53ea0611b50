import type { CaseId } from '../../catalogue/case-id.ts'

/** In what way a result is bad; a cause explains only what is bad in the same way. */
export type Manner = 'accepted' | 'crashed' | 'refused'

/** How the scope that was sent must stand to the operation for a cause to explain its result. */
export type ScopeTrait =
  /** The token held no scope. */
  | 'no_scope'
  /** It held a scope that opens reading at the same path. */
  | 'reading_scope'
  /** It held one of several scopes that are wanted together. */
  | 'one_of_wanted'
  /** It held a scope that has a wanted one in its name, or the other way round. */
  | 'look_alike'
  /** It held a wanted scope but for upper and lower case. */
  | 'other_case'
  /** The cause names it in its variant. */
  | 'named_by_cause'

/** What two results must have in common for one to explain the other. */
export type Likeness =
  /** The same request was sent, but for its headers. */
  | 'call'
  /** Their variants name the same in typographic quotes: a condition. */
  | 'condition'
  /** Their variants name the same in backticks: a member. */
  | 'member'

/** One reason why a result is bad only because of another one. */
export type Cause = {
  readonly cause: CaseId
  /** Ids, or beginnings of ids: `RS-JWT`. */
  readonly explains: readonly string[]
  /** Beginnings of ids that `explains` would reach too far with. */
  readonly butNot?: readonly string[]
  /** Absent: bad in any way. */
  readonly manner?: Manner
  /** On the same operation, on all that have the same guard, or on the whole API. */
  readonly reach: 'operation' | 'guard' | 'api'
  /**
   * Whether some results of the cause may have passed. Absent: one that passed on that operation shows that the thing is looked
   * at after all, and nothing is explained.
   */
  readonly isPartial?: boolean
  /** Results that passed on the explained operation and speak against it: there the thing is looked at. */
  readonly unless?: readonly CaseId[]
  /** One of these must hold of the scope that was sent: that of the cell, or one that the reason names. */
  readonly traits?: readonly ScopeTrait[]
  /** Both variants must speak of one of these: `roles`. */
  readonly words?: readonly string[]
  /** What variant or reason of the cause and of the result must say; one pair must fit. */
  readonly about?: readonly (readonly [cause: RegExp, result: RegExp])[]
  readonly same?: Likeness
  /** The cell of the cause must hold a scope. */
  readonly holdsScope?: boolean
  /** Where one result of the explained case passed that `about` fits as well, there is more to it than the cause. */
  readonly isForAll?: boolean
  /** For people, behind `because`. */
  readonly because: string
}
