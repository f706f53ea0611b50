import { nearest } from './near-miss.ts'

/** Takes note of a problem; the check goes on. */
export type Report = (path: string, message: string) => void

/** Where in the configuration a value stands, and where its problems go. */
export type Place = { readonly path: string; readonly report: Report }

/** One value of the configuration: what is wanted, and how it is read; `undefined` where a problem was reported. */
export type Field<T> = {
  readonly wanted: string
  readonly parse: (value: unknown, place: Place) => T | undefined
}

type Fields = Readonly<Record<string, Field<unknown>>>
/** What a field is read into. */
export type ValueOf<F> = F extends Field<infer T> ? T : never

/** What an object's fields are read into: the required members are there, the others may be left out. */
export type Read<F extends Fields, K extends keyof F = never> = {
  readonly [N in K]: ValueOf<F[N]>
} & { readonly [N in Exclude<keyof F, K>]?: ValueOf<F[N]> }

/** A value for which `is` holds. */
export function field<T>(wanted: string, is: (value: unknown) => value is T): Field<T> {
  return {
    wanted,
    parse(value, { path, report }) {
      if (is(value)) return value
      report(path, `${wanted} is wanted${found(value)}`)
      return undefined
    },
  }
}

/** A text for which `is` holds. */
export function textWhere(wanted: string, is: (text: string) => boolean): Field<string> {
  return field(wanted, (value): value is string => typeof value === 'string' && is(value))
}

/** A text that must not be shown, not even in a problem. */
export function secretWhere(wanted: string, is: (text: string) => boolean): Field<string> {
  return {
    wanted,
    parse(value, { path, report }) {
      if (typeof value === 'string' && is(value)) return value
      report(path, `${wanted} is wanted`)
      return undefined
    },
  }
}

/** A text that is not empty. */
export const text = textWhere('a text that is not empty', value => value.trim() !== '')

/** True or false. */
export const flag = field('true or false', value => typeof value === 'boolean')

/** An object with any members. */
export const anyObject = field('an object', isObject)

/** A whole number between two others. */
export function whole(least: number, most: number): Field<number> {
  const wanted = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  return field(
    `a whole number ${wanted}`,
    (value): value is number =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most,
  )
}

/** A span of time in seconds. */
export const span = whole(1, Number.MAX_SAFE_INTEGER)

/** One of a few words; a near miss is told. */
export function oneOf<const W extends string>(...words: readonly W[]): Field<W> {
  const wanted = words.map(word => `\`${word}\``).join(' or ')
  return {
    wanted,
    parse(value, { path, report }) {
      const word = words.find(each => each === value)
      if (word === undefined) report(path, `${wanted} is wanted${found(value)}${meant(value, words)}`)
      return word
    },
  }
}

/** A list of values, each of the same kind; one with a problem is left out. */
export function listOf<T>(item: Field<T>): Field<readonly T[]> {
  const list = listWithGaps(item)
  return { ...list, parse: (value, place) => list.parse(value, place)?.filter(each => each !== undefined) }
}

/** A list of values, each of the same kind; in the place of one with a problem stands `undefined`. */
export function listWithGaps<T>(item: Field<T>): Field<readonly (T | undefined)[]> {
  return {
    wanted: 'a list',
    parse(value, { path, report }) {
      if (Array.isArray(value))
        return value.map((each: unknown, index) => item.parse(each, { path: `${path}[${index}]`, report }))
      report(path, `a list is wanted${found(value)}`)
      return undefined
    },
  }
}

/** An object whose members are known; unknown members are problems, and a near miss is told. */
export function object<const F extends Fields, const K extends keyof F & string = never>(
  fields: F,
  required: readonly K[] = [],
): Field<Read<F, K>> {
  const needed: ReadonlySet<string> = new Set(required)
  function parseMembers(value: unknown, { path, report }: Place): Read<F, K> | undefined {
    if (!isObject(value)) {
      report(path, `an object is wanted${found(value)}`)
      return undefined
    }
    reportUnknown(value, Object.keys(fields), { path, report })
    const members: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(fields)) {
      const at = join(path, name)
      if (value[name] === undefined && needed.has(name)) report(at, `is missing; ${member.wanted} is wanted`)
      if (value[name] === undefined) continue
      const read = member.parse(value[name], { path: at, report })
      if (read !== undefined) members[name] = read
    }
    return required.every(name => members[name] !== undefined) ? (members as Read<F, K>) : undefined
  }
  return { wanted: 'an object', parse: parseMembers }
}

/** An object with members of any name, each of the same kind. */
export function mapOf<T>(item: Field<T>): Field<Readonly<Record<string, T>>> {
  return {
    wanted: 'an object',
    parse(value, { path, report }) {
      if (isObject(value))
        return Object.fromEntries(
          Object.entries(value).flatMap(([name, member]) => {
            const read = item.parse(member, { path: join(path, name), report })
            return read === undefined ? [] : [[name, read] as const]
          }),
        )
      report(path, `an object is wanted${found(value)}`)
      return undefined
    },
  }
}

/** Whether a value is an object with named members. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A path one member deeper. */
export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function reportUnknown(value: Readonly<Record<string, unknown>>, known: readonly string[], place: Place): void {
  for (const name of Object.keys(value).filter(each => !known.includes(each))) {
    const advice = meant(name, known) || `; known are ${known.map(each => `\`${each}\``).join(', ')}`
    place.report(join(place.path, name), `unknown key${advice}`)
  }
}

function meant(value: unknown, known: readonly string[]): string {
  const near = typeof value === 'string' ? nearest(value, known) : undefined
  return near === undefined ? '' : `; did you mean \`${near}\`?`
}

function found(value: unknown): string {
  if (typeof value === 'string') return `, not \`${value.length > 60 ? `${value.slice(0, 60)}…` : value}\``
  if (typeof value === 'number' || typeof value === 'boolean') return `, not \`${value}\``
  return ''
}
