const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A formatter holds some hundred kilobytes until it is collected, so each is made once; languages are those that pages are written in. */
const [spans, points] = [new Map<string, Intl.NumberFormat>(), new Map<string, Intl.DateTimeFormat>()]

/** A span of time in words, such as “30 days” or “90 Minuten”; never shorter than it is. */
export function durationInWords(seconds: number, language: string): string {
  const [unit, length] =
    units.find(([, size]) => seconds >= 10 * size || (seconds >= size && seconds % size === 0)) ?? units[3]
  const make = () => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })
  return once(spans, `${language} ${unit}`, make).format(Math.ceil(seconds / length))
}

/** A point in time in words, in UTC since the server does not know where the reader is; script sets the reader's own time. */
export function timeInWords(epochSeconds: number, language: string): string {
  const make = () => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `${once(points, language, make).format(epochSeconds * 1000)} UTC`
}

function once<Value>(made: Map<string, Value>, key: string, make: () => Value): Value {
  const known = made.get(key) ?? make()
  made.set(key, known)
  return known
}
