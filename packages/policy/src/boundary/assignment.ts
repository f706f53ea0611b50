import type { Circumstances, TokenView } from '../decision.ts'
import { detailsOf } from '../evaluation/details.ts'
import { isObject, memberOf, type Surroundings } from '../evaluation/read.ts'
import type { Attribute } from '../expression.ts'
import type { ActionModel } from '../model.ts'

/** What every attribute of a trial has; an attribute that is not in it is missing. */
export type Assignment = ReadonlyMap<string, Assigned>

/** One attribute and its value. */
export type Assigned = { readonly attribute: Attribute; readonly value: unknown }

/** The key of an attribute in an assignment. */
export function keyOf({ source, path }: Attribute): string {
  return JSON.stringify([source, ...path])
}

/** Adds attributes to an assignment, or changes them. */
export function assign(assignment: Assignment, ...assigned: readonly Assigned[]): Assignment {
  return new Map([...assignment, ...assigned.map(one => [keyOf(one.attribute), one] as const)])
}

/** What a decision is asked with. */
export type Trial = { readonly token: TokenView; readonly circumstances: Circumstances }

/** Makes the request in which the attributes are what was assigned. */
export function trialOf(
  action: ActionModel,
  assignment: Assignment,
  { scope, now }: { readonly scope: TokenView['scope']; readonly now: number },
): Trial {
  const claims = membersOf(assignment, 'token')
  const { detailType: type } = action
  const details = type === undefined ? {} : { authorization_details: [{ ...membersOf(assignment, 'details'), type }] }
  return {
    token: { scope, claims: { ...claims, ...details } },
    circumstances: {
      resource: rootOf(assignment, 'resource'),
      input: rootOf(assignment, 'input'),
      facts: membersOf(assignment, 'fact'),
      now,
    },
  }
}

/** What a single condition reads in a trial. */
export function surroundingsOf({ token, circumstances }: Trial, { detailType }: ActionModel): Surroundings {
  const { resource, input, facts } = circumstances
  const details = detailType === undefined ? undefined : detailsOf(token.claims, detailType)[0]
  return { claims: token.claims, resource, input, facts, details, loadable: new Set(), wanted: undefined }
}

function membersOf(assignment: Assignment, source: Attribute['source']): Readonly<Record<string, unknown>> {
  const root: Record<string, unknown> = {}
  const assigned = [...assignment.values()]
    .filter(({ attribute }) => attribute.source === source && attribute.path.length > 0)
    .toSorted((a, b) => a.attribute.path.length - b.attribute.path.length)
  for (const { attribute, value } of assigned) place(root, attribute.path, value)
  return root
}

/** The source itself where a condition reads it as a whole, such as an input that is a number. */
function rootOf(assignment: Assignment, source: Attribute['source']): unknown {
  const whole = assignment.get(keyOf({ kind: 'attribute', source, path: [] }))
  return whole === undefined ? membersOf(assignment, source) : whole.value
}

function place(into: object, [first = '', ...others]: readonly string[], value: unknown): void {
  if (others.length === 0) {
    define(into, first, value)
    return
  }
  const below = memberOf(into, first)
  const inner = isObject(below) ? below : {}
  define(into, first, inner)
  place(inner, others, value)
}

/** Sets an own member, also one that is called `__proto__`. */
function define(into: object, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, configurable: true, enumerable: true, writable: true })
}
