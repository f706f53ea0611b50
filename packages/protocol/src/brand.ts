declare const brand: unique symbol

/** A value of type `T` that only its maker can produce. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** A point in time: whole seconds since 1970-01-01T00:00:00Z. */
export type EpochSeconds = Brand<number, 'EpochSeconds'>

/** A span of time in whole seconds. */
export type Seconds = Brand<number, 'Seconds'>

/** A point in time, whole seconds since the epoch, from a number that is one. */
export function epochSeconds(value: number): EpochSeconds {
  return Math.trunc(value) as EpochSeconds
}

/** A span of time in whole seconds, from a number that is one. */
export function seconds(value: number): Seconds {
  return Math.trunc(value) as Seconds
}

/** The point in time `ttl` after `at`. */
export function after(at: EpochSeconds, ttl: Seconds): EpochSeconds {
  return (at + ttl) as EpochSeconds
}
