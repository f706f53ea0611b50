import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { PackageFacts } from '../source/packages.ts'
import { moduleReferences } from '../source/syntax.ts'
import { isTestPath, lineAt, type SourceFile } from '../source/tree.ts'

/** The floors of the house. Imports go down: never up, never sideways. */
const floorOf: Readonly<Record<string, number>> = {
  '@ambit/scope': 0,
  '@ambit/protocol': 1,
  '@ambit/policy': 1,
  '@ambit/client': 2,
  '@ambit/server': 2,
  '@ambit/tester': 3,
  '@ambit/resource': 3,
  '@ambit/store': 3,
  ambit: 4,
}

const roof = 4
const bannedFolders = new Set(['helpers', 'utils', 'common', 'shared', 'misc'])

/** The packages, the root's own development dependencies, and all files to judge. */
export interface House {
  readonly packages: readonly PackageFacts[]
  readonly development: readonly string[]
  readonly files: readonly SourceFile[]
}

interface Import {
  readonly from: PackageFacts
  readonly path: string
  readonly specifier: string
  readonly house: House
}

/** Finds everything that breaks the rules of the floors; each problem is `path:line: sentence`. */
export function findFloorProblems(house: House): readonly string[] {
  return [...misplacedPackages(house), ...house.files.flatMap(file => problemsOfFile(house, file))]
}

function misplacedPackages(house: House): readonly string[] {
  return house.packages
    .filter(({ name }) => floorOf[name] === undefined)
    .map(
      ({ name, folder }) =>
        `${folder}: package \`${name}\` has no floor; add it to \`floorOf\` in scripts/check/floors.ts`,
    )
}

function problemsOfFile(house: House, file: SourceFile): readonly string[] {
  const banned = file.path
    .split('/')
    .slice(0, -1)
    .filter(folder => bannedFolders.has(folder))
  const problems = banned.map(
    folder => `${file.path}: a folder called \`${folder}\` says nothing; name it after its subject`,
  )
  const from = house.packages.find(item => file.path.startsWith(`${item.folder}/`))
  if (!from) return problems
  for (const { specifier, offset } of moduleReferences(file)) {
    const sentence = judgeImport({ from, path: file.path, specifier, house })
    if (sentence) problems.push(`${file.path}:${lineAt(file.text, offset)}: ${sentence}`)
  }
  return problems
}

function judgeImport(item: Import): string | undefined {
  if (item.specifier.startsWith('.')) return judgeRelative(item)
  if (isBuiltin(item.specifier)) return judgeBuiltin(item)
  const name = packageName(item.specifier)
  return floorOf[name] === undefined ? judgeDeclared(item, name) : judgeFloor(item, name)
}

function judgeRelative({ from, path, specifier }: Import): string | undefined {
  const target = posix.join(posix.dirname(path), specifier)
  if (target.startsWith(`${from.folder}/`)) return undefined
  return `\`${specifier}\` leaves the package; import another package by its name`
}

function judgeBuiltin({ from, path, specifier }: Import): string | undefined {
  if (!specifier.startsWith('node:')) return `write \`node:${specifier}\` instead of \`${specifier}\``
  if (floorOf[from.name] === roof || isTestPath(path) || path.split('/').includes('node')) return undefined
  if (isExample(from, path)) return undefined
  return `\`${specifier}\` below the roof belongs in a folder called \`node\`; take what you need as an argument`
}

function judgeFloor(item: Import, name: string): string | undefined {
  const { from, path, specifier, house } = item
  if (name === from.name) {
    if (isExample(from, path)) return undefined
    return `\`${specifier}\` is this package; import the file by a relative path`
  }
  const own = floorOf[from.name] ?? -1
  const other = floorOf[name] ?? roof
  if (other === own) return `\`${specifier}\` is on the same floor as \`${from.name}\`; imports go down, never sideways`
  if (other > own && isOnlyForTests(from, path)) return undefined
  if (other > own) return `\`${specifier}\` is above \`${from.name}\`; imports go down, never up`
  const target = house.packages.find(entry => entry.name === name)
  const subpath = `.${specifier.slice(name.length)}`
  if (target && !target.exports.includes(subpath)) return `\`${name}\` does not export \`${subpath}\``
  return judgeDeclared(item, name)
}

/** Tests may stand on an upper floor, as the server's do on a store; a suite that the package publishes may not. */
function isOnlyForTests(from: PackageFacts, path: string): boolean {
  return path.endsWith('.test.ts') || (isTestPath(path) && !from.exports.includes('./testing'))
}

function judgeDeclared({ from, path, specifier, house }: Import, name: string): string | undefined {
  if (from.dependencies.includes(name)) return undefined
  if ((isTestPath(path) || isExample(from, path)) && house.development.includes(name)) return undefined
  return `\`${specifier}\` is not among the dependencies in ${from.folder}/package.json`
}

/** An example is a program of a user: it names its package, and uses whatever is installed. */
function isExample(from: PackageFacts, path: string): boolean {
  return path.startsWith(`${from.folder}/examples/`)
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
