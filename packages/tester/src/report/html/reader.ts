/** How numbers and points in time are written for the reader. */
export type Reader = {
  readonly number: (value: number) => string
  readonly milliseconds: (value: number) => string
  readonly seconds: (value: number) => string
  /** The day and time, with the zone. */
  readonly day: (at: number) => string
  /** The time of day, to the second. */
  readonly time: (at: number) => string
  /** An hour of the day, 0 to 23. */
  readonly hour: (hour: number) => string
}

/** Prepares writing for a locale (BCP 47) and a zone (IANA). */
export function createReader(locale: string, timeZone: string): Reader {
  const number = new Intl.NumberFormat(locale)
  const unit = (name: string, digits: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits })
  const milliseconds = unit('millisecond', 1)
  const seconds = unit('second', 1)
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone })
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone })
  const hour = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' })
  const zoneOf = (at: number) => zone.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  return {
    number: value => number.format(value),
    milliseconds: value => milliseconds.format(value),
    seconds: value => seconds.format(value),
    day: at => `${day.format(at)} ${zoneOf(at)}`,
    time: at => time.format(at),
    hour: each => hour.format(Date.UTC(2026, 0, 1, each)),
  }
}
