/** One piece of work, done by this project and by a peer, in operations per second. */
export type Row = {
  readonly work: string
  readonly ours: number
  readonly peer: string
  readonly peerValue: number
  /** `ours` divided by `peerValue`. */
  readonly ratio: number
}

/** Does one operation and gives a number, so that it cannot be left out. */
export type Operation = (round: number) => number

/** Two that do the same work. */
export type Match = {
  readonly work: string
  readonly peer: string
  readonly ours: Operation
  readonly theirs: Operation
}

const ROUNDS = 5
const ROUND_MS = 100
const BATCH = 512

/** The item of a list that comes round again and again. */
export function at<T>(list: readonly T[], round: number): T {
  const item = list[round % list.length]
  if (item === undefined) throw new RangeError('an empty list')
  return item
}

/** Plays a piece of work against a peer in interleaved rounds and gives the medians; takes about a second. */
export function play({ work, peer, ours, theirs }: Match): Row {
  const rates = { ours: [] as number[], theirs: [] as number[] }
  let start = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const mine = perSecond(ours, start)
    const other = perSecond(theirs, start)
    start += mine.done
    // the first round warms up
    if (round === 0) continue
    rates.ours.push(mine.rate)
    rates.theirs.push(other.rate)
  }
  const [value, peerValue] = [median(rates.ours), median(rates.theirs)]
  return { work, ours: Math.round(value), peer, peerValue: Math.round(peerValue), ratio: value / peerValue }
}

function perSecond(operation: Operation, start: number): { readonly rate: number; readonly done: number } {
  const begun = performance.now()
  let done = 0
  let sum = 0
  while (performance.now() - begun < ROUND_MS) {
    for (let index = 0; index < BATCH; index++) sum += operation(start + done + index)
    done += BATCH
  }
  if (Number.isNaN(sum)) throw new Error('an operation gave no number')
  return { rate: (done * 1000) / (performance.now() - begun), done }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
