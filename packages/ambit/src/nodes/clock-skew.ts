/** When a question was sent, when its answer came, and what the store's clock said in between; all in milliseconds. */
export type ClockReading = { readonly sentAt: number; readonly receivedAt: number; readonly storeMillis: number }

/** How bad a skew is. */
export type SkewLevel = 'none' | 'noticeable' | 'severe'

const noticeable = 1_000
const severe = 5_000

/** By how many milliseconds this clock is ahead of the store's: the store was asked in the middle between question and answer. */
export function aheadOf({ sentAt, receivedAt, storeMillis }: ClockReading): number {
  return (sentAt + receivedAt) / 2 - storeMillis
}

/** How bad that is, as far as it is certain: half the round trip is not. */
export function skewLevelOf(reading: ClockReading): SkewLevel {
  const certain = Math.abs(aheadOf(reading)) - Math.abs(reading.receivedAt - reading.sentAt) / 2
  if (certain > severe) return 'severe'
  return certain > noticeable ? 'noticeable' : 'none'
}
