import { matchesGlob } from 'node:path'

/** The parts of the test suite that have a name, and where each lives. */
const parts: Readonly<Record<string, string>> = {
  unit: 'packages/*/src/**/*.test.ts',
  journeys: 'test/journeys/**/*.test.ts',
  attacks: 'test/attacks/**/*.test.ts',
  house: 'test/house/**/*.test.ts',
  browser: 'test/browser/**/*.test.ts',
}

/** Where test files lie. */
export const testPatterns = ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'] as const

/** Which files each wish selects, and the wishes that select none. */
export interface Selection {
  readonly files: readonly string[]
  readonly unmatched: readonly string[]
}

/** Selects test files by part, glob or piece of a path; no wish at all selects every file. */
export function selectTests(all: readonly string[], wishes: readonly string[]): Selection {
  if (wishes.length === 0) return { files: all, unmatched: [] }
  const chosen = wishes.map(wish => all.filter(path => fits(path, wish.replace(/^\.\//, ''))))
  return {
    files: all.filter(path => chosen.some(files => files.includes(path))),
    unmatched: wishes.filter((_, index) => chosen[index]?.length === 0),
  }
}

function fits(path: string, wish: string): boolean {
  const part = parts[wish]
  if (part !== undefined) return matchesGlob(path, part)
  return path.includes(wish) || matchesGlob(path, wish)
}
