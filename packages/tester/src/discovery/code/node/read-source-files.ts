import { lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { CodeNote, SourceFile } from '../source.ts'

/** How far a folder is read. */
export type ReadSourceOptions = {
  /** Files beyond this number are left out, and told (default: 5,000). */
  readonly mostFiles?: number
  /** Bytes of one file (default: 1,000,000). */
  readonly largestFile?: number
  /** Folders within folders (default: 20). */
  readonly deepest?: number
  /** Whether folders of compiled code are read too: of a package that has nothing else. */
  readonly withBuilt?: boolean
}

/** The files of a folder. */
export type SourceReading = { readonly files: readonly SourceFile[]; readonly notes: readonly CodeNote[] }

const never = new Set([
  'node_modules',
  '.git',
  'coverage',
  'test',
  'tests',
  '__tests__',
  '__mocks__',
  'e2e',
  'fixtures',
  'public',
])
const built = new Set(['dist', 'build', 'built', 'out', 'lib-cov', '.next', '.output'])
const program = /\.[cm]?[jt]sx?$/
const notProgram = /\.d\.[cm]?ts$|\.(?:test|spec|stories|min)\.[cm]?[jt]sx?$/
const data = /\.json$/
const largestData = 100_000

/**
 * Reads the programs of a folder, without tests, packages and compiled code. Links are not followed.
 * @example
 * const { files } = await readSourceFiles('/home/ada/shop')
 */
export async function readSourceFiles(folder: string, options: ReadSourceOptions = {}): Promise<SourceReading> {
  const { mostFiles = 5_000, largestFile = 1_000_000, deepest = 20, withBuilt = false } = options
  const files: SourceFile[] = []
  const notes: CodeNote[] = []
  const waiting = [{ folder, depth: 0 }]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { folder: current, depth } = next
    for (const entry of (await readdir(current, { withFileTypes: true })).toSorted(byName)) {
      const path = join(current, entry.name)
      const shown = relative(folder, path).split(sep).join('/')
      if (entry.isDirectory()) {
        if (never.has(entry.name) || (built.has(entry.name) && !withBuilt) || entry.name.startsWith('.')) continue
        if (depth >= deepest) notes.push(leftOut(shown, `it lies deeper than ${deepest} folders`))
        else waiting.push({ folder: path, depth: depth + 1 })
      } else if (entry.isSymbolicLink()) {
        if (program.test(entry.name)) notes.push(leftOut(shown, 'it is a link'))
      } else if (isWanted(entry.name)) {
        const { size } = await lstat(path)
        if (data.test(entry.name) && size > largestData) continue
        if (files.length >= mostFiles) notes.push(leftOut(shown, `there are more than ${mostFiles} files`))
        else if (size > largestFile) notes.push(leftOut(shown, `it is larger than ${largestFile} bytes`))
        else files.push({ path: shown, text: await readFile(path, 'utf8') })
      }
    }
  }
  return { files, notes: notes.slice(0, 100) }
}

function isWanted(name: string): boolean {
  return (program.test(name) && !notProgram.test(name)) || data.test(name)
}

function leftOut(file: string, why: string): CodeNote {
  return { place: { file }, message: `it was not read: ${why}`, mayHideRoutes: true }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
