import type { FactSource } from '../evaluation/request-facts.ts'
import type { ActionTypes, FactDeclaration, LoadSubjects } from './action-types.ts'

/** Where a fact is declared. */
type FactPlace<X extends ActionTypes, T> = {
  readonly declaration: FactDeclaration<X, T>
  /** What the kind of object is called. */
  readonly resource: string
  readonly isPerInput: boolean
}

/** Makes the source of a fact out of its declaration. */
export function factSource<X extends ActionTypes, T>(name: string, place: FactPlace<X, T>): FactSource {
  const { declaration, resource, isPerInput } = place
  const { load, timeout = 1000 } = declaration
  return {
    name,
    timeout,
    isPerInput,
    load: (subject, signal) => {
      const { token, input } = subject
      return load(loadSubjects<X>({ token, signal, [resource]: subject.resource, ...(isPerInput && { input }) }))
    },
  }
}

/** The callers gave what the declaration says, as far as types are checked. */
function loadSubjects<X extends ActionTypes>(subjects: object): LoadSubjects<X> {
  return subjects as LoadSubjects<X>
}
