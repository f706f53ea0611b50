import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { readPackages } from '../source/packages.ts'
import { root } from '../source/tree.ts'

const copied = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'ARCHITECTURE.md',
  'README.md',
  'packages',
  'scripts',
  'test',
  'bench',
] as const
const skipped = new Set(['node_modules', 'dist', '.ambit'])

/**
 * Copies what the tests need to a temporary folder. Installed packages are linked; the repository's own packages are
 * linked to their copies, so that nothing that happens there can touch the working tree.
 */
export function copyRepository(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-guards-'))
  for (const name of copied)
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      force: true,
      filter: source => !skipped.has(basename(source)),
    })
  linkModules(folder)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function linkModules(folder: string): void {
  const modules = join(folder, 'node_modules')
  const own = readPackages()
  mkdirSync(join(modules, '@ambit'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@ambit' && !own.some(item => item.name === name))
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
  for (const item of own) {
    symlinkSync(join(folder, item.folder), join(modules, item.name))
    // another version of a package than the one at the root
    const inner = join(root, item.folder, 'node_modules')
    if (existsSync(inner)) symlinkSync(inner, join(folder, item.folder, 'node_modules'))
  }
}
