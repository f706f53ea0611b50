import type { ActionTypes, ConditionSubjects } from './action-types.ts'
import { recordAttribute } from './attribute.ts'

/** Gives a condition what it can read; the types say which members it may reach, and all of them are recorded. */
export function subjectsOf<X extends ActionTypes>(resource: string): ConditionSubjects<X> {
  const subjects: unknown = {
    token: recordAttribute('token'),
    input: recordAttribute('input'),
    details: recordAttribute('details'),
    fact: recordAttribute('fact'),
    [resource]: recordAttribute('resource'),
  }
  return subjects as ConditionSubjects<X>
}
