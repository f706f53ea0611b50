import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, readJsonObject } from '../source/packages.ts'
import { readFiles, root } from '../source/tree.ts'
import { readAmbitCommands } from './ambit-commands.ts'
import { findUnknownCommands } from './commands.ts'
import { type Block, type Page, pagePatterns, readPage } from './markdown.ts'

/** Reads every page of the documentation. */
export function readPages(): readonly Page[] {
  return readFiles(pagePatterns).map(readPage)
}

/** The blocks of TypeScript: all of them, and those that also run. */
export function codeBlocks(pages: readonly Page[]): { readonly all: readonly Block[]; readonly run: readonly Block[] } {
  const all = pages
    .flatMap(page => page.blocks)
    .filter(({ language }) => language === 'ts' || language === 'typescript')
  return { all, run: all.filter(({ flags }) => !flags.includes('no-run')) }
}

/** Makes a folder inside the repository, where the packages can be imported by name, and the way to remove it. */
export function makeBlockFolder(): { readonly folder: string; readonly remove: () => void } {
  mkdirSync(join(root, '.ambit'), { recursive: true })
  const folder = mkdtempSync(join(root, '.ambit', 'docs-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Finds commands in the pages that a reader could not run in this repository. */
export async function findWrongCommands(pages: readonly Page[]): Promise<readonly string[]> {
  const scripts = readJsonObject('package.json')['scripts']
  return findUnknownCommands(pages, {
    scripts: isObject(scripts) ? Object.keys(scripts) : [],
    ambit: await readAmbitCommands(),
    exists: path => existsSync(join(root, path)),
  })
}
