import type { Circumstances, Decision, TokenView } from '../decision.ts'
import type { AttributeOf, TokenAttribute } from './attribute-types.ts'

/** The types of one action, gathered while it is declared; what was not declared is `unknown`. */
export type ActionTypes = {
  /** The scope-tokens of the catalogue. */
  readonly scope: string
  /** The token's own claims. */
  readonly claims: object
  /** The policy's levels of authentication. */
  readonly level: string
  /** What the kind of object is called. */
  readonly resource: string
  readonly object: unknown
  /** Whether the action is about no object that exists. */
  readonly isWithoutObject: unknown
  readonly input: unknown
  readonly details: unknown
  readonly facts: object
}

/** What nothing has been declared of. */
export type NoMembers = Readonly<Record<never, never>>

type Declared<V, Member> = unknown extends V ? unknown : Member

type ObjectOf<X extends ActionTypes, Member> = unknown extends X['isWithoutObject'] ? Member : unknown

/** One object type instead of an intersection, so that messages and hints are short. */
type Flat<T> = { readonly [K in keyof T]: T[K] }

/** What the conditions of an action can read. */
export type ConditionSubjects<X extends ActionTypes> = Flat<
  { readonly token: TokenAttribute<X['claims'], X['level']> } & ObjectOf<
    X,
    { readonly [N in X['resource']]: AttributeOf<X['object']> }
  > &
    Declared<X['input'], { readonly input: AttributeOf<X['input']> }> &
    Declared<X['details'], { readonly details: AttributeOf<X['details']> }> & {
      readonly fact: { readonly [N in keyof X['facts']]: AttributeOf<X['facts'][N]> }
    }
>

/** What a fact is loaded for. */
export type LoadSubjects<X extends ActionTypes> = Flat<
  {
    readonly token: TokenView & { readonly claims: Partial<X['claims']> }
    /** Tells when nobody waits for the fact any more. */
    readonly signal: AbortSignal
  } & ObjectOf<X, { readonly [N in X['resource']]: X['object'] }> &
    Declared<X['input'], { readonly input: X['input'] }>
>

/** How a fact is fetched. */
export type FactDeclaration<X extends ActionTypes, T> = {
  readonly load: (subjects: LoadSubjects<X>) => T | Promise<T>
  /** In milliseconds, 1,000 where it is left out; after them whatever needs the fact denies. */
  readonly timeout?: number
}

/** How a user must have logged in: a level, an age in seconds, or both. @spec RFC 9470 §3 */
export type LoginDeclaration<Level extends string> =
  | Level
  | { readonly acr: Level; readonly maxAge?: number }
  | { readonly maxAge: number }

/** What a caller says about one action: its object by name, and its input, as far as they are declared. */
export type CircumstancesFor<X extends ActionTypes> = Flat<
  ObjectOf<X, { readonly [N in X['resource']]: X['object'] }> &
    Declared<X['input'], { readonly input: X['input'] }> & { readonly facts?: Partial<X['facts']> }
>

/** What goes with every decision. */
export type Moment = Pick<Circumstances, 'now' | 'requestFacts'>

/** A decision, or the promise of one where the action has facts that must be fetched. */
export type DecisionFor<X extends ActionTypes, D = Decision> = keyof X['facts'] extends never ? D : Promise<D>

/** Answers as the types of an action say: at once, or later where it has facts that must be fetched. */
export function answerFor<X extends ActionTypes, D>(answer: D | Promise<D>): DecisionFor<X, D> {
  return answer as DecisionFor<X, D>
}
