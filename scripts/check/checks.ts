import { codePatterns, readFiles } from '../source/tree.ts'
import { checkApi } from './api.ts'
import { findCasts } from './casts.ts'
import { findFloorProblems } from './floors.ts'
import { readHouse } from './house.ts'
import { checkMatrix } from './matrix.ts'
import { problemsOfTool } from './run.ts'
import { findWords, wordPatterns } from './words.ts'

/** One thing that must hold. `fix` asks it to write what can be written before it judges. */
export interface Check {
  readonly name: string
  readonly run: (fix: boolean) => Promise<readonly string[]> | readonly string[]
}

/** Every check, the slow ones first so that they start first. */
export const checks: readonly Check[] = [
  { name: 'lint', run: () => problemsOfTool('oxlint', ['--type-aware', '--deny-warnings', '--format=unix']) },
  { name: 'unused', run: () => problemsOfTool('knip', ['--no-progress']) },
  { name: 'types', run: () => problemsOfTool('tsc', ['-p', '.', '--pretty', 'false']) },
  { name: 'api', run: checkApi },
  { name: 'format', run: runFormat },
  { name: 'floors', run: () => findFloorProblems(readHouse()) },
  { name: 'casts', run: () => findCasts(readFiles(codePatterns)) },
  { name: 'matrix', run: checkMatrix },
  { name: 'words', run: () => findWords(readFiles(wordPatterns)) },
]

async function runFormat(fix: boolean): Promise<readonly string[]> {
  if (fix) await problemsOfTool('biome', ['check', '--write', '--reporter=summary'])
  return problemsOfTool('biome', ['ci', '--colors=off', '--max-diagnostics=50'])
}
