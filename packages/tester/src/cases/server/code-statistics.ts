// RFC 6749 §10.10
/** What a sample of values shows. */
export type Estimate = {
  /** Bits by which values differ, place by place; the true number is not larger for values that are made independently. */
  readonly bits: number
  /** Bits that values of this length and alphabet could have at most. */
  readonly most: number
  /** What one value tells of the next, for people. */
  readonly pattern?: string
  readonly isRepeated: boolean
}

/** Estimates how hard values are to guess, from a sample in the order in which they were made. */
export function estimateEntropy(values: readonly string[]): Estimate {
  const isRepeated = new Set(values).size < values.length
  const length = Math.min(...values.map(value => value.length))
  const columns = Array.from({ length }, (_, place) => values.map(value => value[place] ?? ''))
  const changing = columns.filter(column => new Set(column).size > 1)
  const free = changing.filter(
    (column, place) => !changing.slice(0, place).some(earlier => determines(earlier, column)),
  )
  const alphabet = alphabetOf(values.join(''))
  const pattern = patternOf(values, columns)
  return {
    bits: free.reduce((sum, column) => sum + entropyOf(column), 0),
    most: changing.length * Math.log2(alphabet),
    isRepeated,
    ...(pattern !== undefined && { pattern }),
  }
}

/** Shannon’s entropy of one place, corrected for the smallness of the sample by Miller and Madow. */
function entropyOf(column: readonly string[]): number {
  const counts = [...Map.groupBy(column, each => each).values()].map(same => same.length)
  const shares = counts.map(count => count / column.length)
  const shannon = -shares.reduce((sum, share) => sum + share * Math.log2(share), 0)
  const corrected = shannon + (counts.length - 1) / (2 * column.length * Math.LN2)
  return Math.min(corrected, Math.log2(Math.max(counts.length, alphabetOf(column.join('')))))
}

/** Whether one place can be told from another: the same character there always means the same here. */
function determines(earlier: readonly string[], column: readonly string[]): boolean {
  const meanings = new Map<string, string>()
  for (const [index, each] of earlier.entries()) {
    const known = meanings.get(each)
    if (known !== undefined && known !== column[index]) return false
    meanings.set(each, column[index] ?? '')
  }
  // characters that came once tell nothing
  return meanings.size < earlier.length * 0.7
}

const alphabets = [
  { size: 10, pattern: /^[0-9]*$/ },
  { size: 16, pattern: /^[0-9a-f]*$/ },
  { size: 16, pattern: /^[0-9A-F]*$/ },
  { size: 32, pattern: /^[A-Z2-7]*$/ },
  { size: 36, pattern: /^[0-9a-z]*$/ },
  { size: 62, pattern: /^[0-9A-Za-z]*$/ },
  { size: 64, pattern: /^[0-9A-Za-z_-]*$/ },
] as const

function alphabetOf(text: string): number {
  return alphabets.find(({ pattern }) => pattern.test(text))?.size ?? Math.max(2, new Set(text).size)
}

/** Signs that one value tells of the next: they only grow, or a place counts. */
function patternOf(values: readonly string[], columns: readonly (readonly string[])[]): string | undefined {
  if (values.length < 10) return undefined
  const steps = values.slice(1).map((value, index) => order(values[index] ?? '', value))
  const growing = steps.filter(step => step < 0).length / steps.length
  if (growing > 0.9 || growing < 0.1) return 'each is larger than the one before, or smaller'
  const place = columns.findIndex(counts)
  return place === -1 ? undefined : `place ${place + 1} counts`
}

/** Numbers of different length are compared as numbers. */
function order(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length
}

/** Whether a place goes up by one, nearly each time it changes. */
function counts(column: readonly string[]): boolean {
  const changes = column
    .slice(1)
    .flatMap((each, index) =>
      each === column[index] ? [] : [each.charCodeAt(0) - (column[index] ?? '').charCodeAt(0)],
    )
  return changes.length >= 9 && changes.filter(change => change === 1).length / changes.length > 0.8
}
