import type { Seconds } from '@ambit/protocol'
import type { ClientSecretJwtOptions, Feature } from '@ambit/server'
import { type Field, object, type Place, type Report, type ValueOf } from './fields.ts'

/** What a feature is made with, beside its own options. */
export type FeatureWorld = {
  /** Seals what must be had again and must not lie open in the store: by `keys.sealingKey`. */
  readonly sealing?: ClientSecretJwtOptions['sealing']
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Relative paths begin here. */
  readonly directory: string
  /** Takes note of a problem, by its path below the feature. */
  readonly report: Report
}

/** Makes a feature; `undefined` where a problem was reported. */
type MakeFeature = (world: FeatureWorld) => Feature | undefined

/** A feature of the configuration: what its options are, and how it is made of them. */
export type FeatureRow<T = unknown> = {
  readonly options: Field<T>
  /** Reads the options; the maker waits for the world. */
  readonly declare: (value: unknown, place: Place) => MakeFeature | undefined
}

/** Features by the names that a configuration calls them. */
export type FeatureTable = Readonly<Record<string, FeatureRow>>

/** What a configuration may say of the features of a table. */
export type FeatureSettings<T extends FeatureTable> = {
  readonly [N in keyof T]?: boolean | Declared<ValueOf<T[N]['options']>>
}

/** Options as a file has them: spans are plain numbers. */
type Declared<T> = T extends Seconds
  ? number
  : T extends (...words: never[]) => unknown
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Declared<T[K]> }
      : T

/** A feature that the configuration switches on. */
export type DeclaredFeature = { readonly name: string; readonly make: MakeFeature }

/** A row of the table. */
export function featureRow<T>(
  options: Field<T>,
  make: (options: T, world: FeatureWorld) => Feature | undefined,
): FeatureRow<T> {
  return {
    options,
    declare(value, place) {
      const read = options.parse(value, place)
      return read === undefined ? undefined : world => make(read, world)
    },
  }
}

/** The member `features`: each is on, off, or on with options; `true` and an empty object say the same. */
export function featuresField(table: FeatureTable): Field<readonly DeclaredFeature[]> {
  const settings = Object.entries(table).map(([name, row]) => [name, settingOf(name, row)] as const)
  const shape = object(Object.fromEntries(settings))
  return {
    wanted: shape.wanted,
    parse: (value, place) => {
      const read = shape.parse(value, place)
      return read && Object.values(read).flatMap(declared => declared ?? [])
    },
  }
}

function settingOf(name: string, { options, declare }: FeatureRow): Field<readonly DeclaredFeature[]> {
  const wanted = `\`true\`, \`false\` or ${options.wanted}`
  return {
    wanted,
    parse(value, place) {
      if (value === false) return []
      if (value !== true && typeof value !== 'object') {
        place.report(place.path, `${wanted} is wanted`)
        return undefined
      }
      const make = declare(value === true ? {} : value, place)
      return make && [{ name, make }]
    },
  }
}

/** Makes the features that are declared, in the order of their table; each problem is told where the feature stands. */
export function makeFeatures(declared: readonly DeclaredFeature[], world: FeatureWorld): readonly Feature[] {
  return declared.flatMap(({ name, make }) => {
    const report: Report = (path, message) =>
      world.report(path === '' ? `features.${name}` : `features.${name}.${path}`, message)
    return make({ ...world, report }) ?? []
  })
}
