import { type EpochSeconds, epochSeconds } from '@ambit/protocol'
import type { Pages } from '../ports/pages.ts'
import type { Clock, Passwords } from '../ports/world.ts'

/** A clock that stands still until it is moved. */
export type TestClock = Clock & {
  /** Moves the clock forward by seconds, fractions allowed. */
  readonly advance: (by: number) => void
}

/** A clock that starts on a fixed day. */
export function testClock(startsAt: EpochSeconds = epochSeconds(1_800_000_000)): TestClock {
  let millis = startsAt * 1000
  return {
    now: () => epochSeconds(millis / 1000),
    millis: () => millis,
    advance: by => {
      millis += Math.round(by * 1000)
    },
  }
}

/** Passwords without the slow hash, so that tests are quick. */
export const testPasswords: Passwords = {
  hash: async password => `plain:${password}`,
  verify: async (password, hash) => hash === `plain:${password}`,
}

/** Pages that show what they were given: the page value as JSON. */
export const testPages: Pages = {
  render: (page, frame) => ({ html: JSON.stringify({ ...page, frame }), language: 'en' }),
  asset: name => (name === 'style.css' ? { contentType: 'text/css', body: 'body{}' } : undefined),
  languages: ['en'],
}
