import type { Dirent } from 'node:fs'
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
 * const { files } = await readSourceFiles('../shop')
 */
export async function readSourceFiles(folder: string, options: ReadSourceOptions = {}): Promise<SourceReading> {
  const { mostFiles = 5_000, largestFile = 1_000_000, deepest = 20, withBuilt = false } = options
  const walk: Walk = {
    folder,
    limits: { mostFiles, largestFile, deepest, withBuilt },
    files: [],
    notes: [],
    waiting: [],
  }
  walk.waiting.push({ path: folder, depth: 0 })
  for (let next = walk.waiting.shift(); next !== undefined; next = walk.waiting.shift()) {
    const entries = await readdir(next.path, { withFileTypes: true })
    for (const entry of entries.toSorted(byName)) await visit(walk, entry, next)
  }
  return { files: walk.files, notes: walk.notes.slice(0, 100) }
}

type Folder = { readonly path: string; readonly depth: number }
type Walk = {
  readonly folder: string
  readonly limits: Required<ReadSourceOptions>
  readonly files: SourceFile[]
  readonly notes: CodeNote[]
  readonly waiting: Folder[]
}

async function visit(walk: Walk, entry: Dirent, { path: above, depth }: Folder): Promise<void> {
  const { folder, notes, limits } = walk
  const path = join(above, entry.name)
  const shown = relative(folder, path).split(sep).join('/')
  if (entry.isDirectory()) visitFolder(walk, entry.name, { path, depth: depth + 1 }, shown)
  else if (entry.isSymbolicLink() && program.test(entry.name)) notes.push(leftOut(shown, 'it is a link'))
  else if (entry.isFile() && isWanted(entry.name)) await visitFile(walk, path, shown)
  if (walk.files.length > limits.mostFiles) {
    walk.files.length = limits.mostFiles
    notes.push(leftOut(shown, `there are more than ${limits.mostFiles} files`))
  }
}

function visitFolder({ limits, notes, waiting }: Walk, name: string, found: Folder, shown: string): void {
  if (never.has(name) || name.startsWith('.') || (built.has(name) && !limits.withBuilt)) return
  if (found.depth > limits.deepest) notes.push(leftOut(shown, `it lies deeper than ${limits.deepest} folders`))
  else waiting.push(found)
}

async function visitFile({ limits, notes, files }: Walk, path: string, shown: string): Promise<void> {
  const { size } = await lstat(path)
  if (data.test(shown) && size > largestData) return
  if (size > limits.largestFile) notes.push(leftOut(shown, `it is larger than ${limits.largestFile} bytes`))
  else files.push({ path: shown, text: await readFile(path, 'utf8') })
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
