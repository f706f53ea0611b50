import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from '../check/run.ts'
import { type Guard, withoutGuard } from './find.ts'

/** What became of a guard that was deleted. A test that never ended counts as red. */
export interface Trial {
  readonly guard: Guard
  readonly isRed: boolean
  /** The test that turned red, if one did. */
  readonly by: string
  readonly milliseconds: number
}

const program = fileURLToPath(new URL('fail-fast.ts', import.meta.url))
const timeout = 180_000

/** Runs test files in a folder until one fails; gives the name of the failed test, or undefined when all pass. */
export async function firstRed(folder: string, files: readonly string[]): Promise<string | undefined> {
  if (files.length === 0) return undefined
  const { code, output } = await runNode([program, ...files], { folder, timeout })
  return code === 0 ? undefined : output || 'a test that did not end'
}

/** Deletes one guard in a copy of the repository, runs the batches of tests until one is red, and puts it back. */
export async function tryGuard(folder: string, guard: Guard, batches: readonly (readonly string[])[]): Promise<Trial> {
  const started = performance.now()
  const file = join(folder, guard.path)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, withoutGuard(text, guard))
  try {
    const by = await firstOf(batches, async batch => firstRed(folder, batch))
    return { guard, isRed: by !== undefined, by: by ?? '', milliseconds: Math.round(performance.now() - started) }
  } finally {
    writeFileSync(file, text)
  }
}

async function firstOf<T, R>(items: readonly T[], ask: (item: T) => Promise<R | undefined>): Promise<R | undefined> {
  for (const item of items) {
    const answer = await ask(item)
    if (answer !== undefined) return answer
  }
  return undefined
}
