import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A text file of the repository, its path relative to the root and written with `/`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The root of the repository, as an absolute path without a trailing separator. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', '.ambit'])

/** Lists the files that match any of the glob patterns, sorted; generated and installed folders are left out. */
export function listFiles(patterns: readonly string[], folder = root): readonly string[] {
  const found = globSync([...patterns], { cwd: folder, exclude: name => skipped.has(name) })
  return [...new Set(found.map(path => path.split(sep).join('/')))].sort()
}

/** Reads the files that match any of the glob patterns. */
export function readFiles(patterns: readonly string[], folder = root): readonly SourceFile[] {
  return listFiles(patterns, folder).map(path => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

/** Where all TypeScript of the repository lives. */
export const codePatterns = [
  'packages/*/src/**/*.ts',
  'packages/*/examples/**/*.ts',
  'scripts/**/*.ts',
  'test/**/*.ts',
  'bench/**/*.ts',
] as const

/** Says whether a path is a test or belongs to what only tests use. */
export function isTestPath(path: string): boolean {
  return path.endsWith('.test.ts') || /(^|\/)(test|testing)\//.test(path)
}

/** The number of the line, counted from 1, on which a character offset lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
