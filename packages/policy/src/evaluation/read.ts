import type { Attribute, Operand, Source } from '../expression.ts'

/** Stands for a fact that has to be loaded before the condition can go on. */
export const notLoaded: unique symbol = Symbol('not loaded')

/** Stands for a fact that could not be loaded: nobody knows whether it is there. */
export const unavailable: unique symbol = Symbol('unavailable')

/** What the attributes of one decision are read from. */
export type Surroundings = {
  readonly claims: unknown
  readonly resource: unknown
  readonly input: unknown
  /** The authorization detail that is being judged; after a decision, the one that made it. */
  details: unknown
  /** The facts that are there, by name. */
  readonly facts: unknown
  /** The facts that can be loaded. */
  readonly loadable: ReadonlySet<string>
  /** Set when a condition came upon a fact that is not there yet. */
  wanted: string | undefined
}

/** Gives the value of an operand; undefined where it is missing. */
export type Read = (surroundings: Surroundings) => unknown

/** Makes the function that reads an operand. */
export function readerOf(operand: Operand, levels: readonly string[]): Read {
  if (operand.kind === 'literal') return () => operand.value
  if (operand.kind === 'attribute') return attributeReader(operand)
  const read = readerOf(operand.of, levels)
  const ranks = new Map<unknown, number>(levels.map((level, rank) => [level, rank]))
  return surroundings => ranks.get(read(surroundings))
}

/** Gives an own member of an object; undefined for anything else, and for what a prototype would give. */
export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function attributeReader({ source, path }: Attribute): Read {
  if (source === 'fact') return factReader(path)
  const root = roots[source]
  const [first, ...others] = path
  if (first === undefined) return root
  if (others.length === 0) return surroundings => memberOf(root(surroundings), first)
  return surroundings => path.reduce(memberOf, root(surroundings))
}

function factReader([name = '', ...path]: readonly string[]): Read {
  return surroundings => {
    const isThere = isObject(surroundings.facts) && Object.hasOwn(surroundings.facts, name)
    if (isThere) {
      const value = memberOf(surroundings.facts, name)
      return value === unavailable ? value : path.reduce(memberOf, value)
    }
    if (!surroundings.loadable.has(name)) return undefined
    surroundings.wanted = name
    return notLoaded
  }
}

const roots = {
  token: ({ claims }) => claims,
  resource: ({ resource }) => resource,
  input: ({ input }) => input,
  details: ({ details }) => details,
} as const satisfies Readonly<Record<Exclude<Source, 'fact'>, Read>>

/** Tells whether a value can have attributes. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
