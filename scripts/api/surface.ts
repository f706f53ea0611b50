import type { SourceFile } from '../source/tree.ts'
import { type DeclarationFile, readDeclarations, type Target } from './declarations.ts'

type Files = ReadonlyMap<string, DeclarationFile>

/**
 * Prints the public surface that starts at one `.d.ts` file: every exported name with its declaration, then what
 * these declarations need that is not exported itself. Comments are left out, because rewording them changes nothing.
 */
export function printSurface(entry: string, emitted: readonly SourceFile[]): string {
  const files: Files = new Map(emitted.map(file => [file.path, readDeclarations(file)]))
  const exported = [...exportsOf(entry, files)].sort(([a], [b]) => compare(a, b))
  const targets = exported.map(([, target]) => target)
  const needed = reachable(targets, files).filter(target => !targets.some(other => isSame(other, target)))
  const shown = exported.map(([name, target]) => printExport(name, target, files))
  const hidden = needed.toSorted((a, b) => compare(a.name, b.name) || compare(a.path, b.path))
  const rest = hidden.map(target => textsOf(target, files).join('\n'))
  return [...shown, ...(rest.length > 0 ? ['// Not exported, needed above.', ...rest] : [])].join('\n')
}

function printExport(name: string, target: Target, files: Files): string {
  const texts = textsOf(target, files)
  if (texts.length === 0) return `export { ${target.name} as ${name} } from '${target.path}'`
  const renamed = name === target.name ? [] : [`// ${target.name} is exported as ${name}`]
  return [...renamed, ...texts.map(text => `export ${text}`)].join('\n')
}

function textsOf({ path, name }: Target, files: Files): readonly string[] {
  return (files.get(path)?.declarations.get(name) ?? []).map(({ text }) => text)
}

/** Every name that a file exports, with the place of its declaration. */
function exportsOf(path: string, files: Files, seen = new Set<string>()): ReadonlyMap<string, Target> {
  const file = files.get(path)
  if (!file || seen.has(path)) return new Map()
  seen.add(path)
  const stars = file.stars.flatMap(star => [...exportsOf(star, files, seen)])
  const own = [...file.exports].map(([name, target]) => [name, declarationOf(target, files)] as const)
  return new Map([...stars, ...own])
}

/** Follows imports and re-exports to the file that declares a name, or to the package it comes from. */
function declarationOf(target: Target, files: Files): Target {
  const file = files.get(target.path)
  if (!file || file.declarations.has(target.name)) return target
  const next = file.imports.get(target.name) ?? exportsOf(target.path, files).get(target.name)
  return next && !isSame(next, target) ? declarationOf(next, files) : target
}

function reachable(start: readonly Target[], files: Files): readonly Target[] {
  const found: Target[] = []
  const queue = [...start]
  for (let target = queue.pop(); target; target = queue.pop()) {
    const place = target
    if (found.some(other => isSame(other, place))) continue
    found.push(place)
    queue.push(...neededBy(place, files))
  }
  return found.filter(({ path }) => files.has(path))
}

function neededBy({ path, name }: Target, files: Files): readonly Target[] {
  const file = files.get(path)
  const mentioned = (file?.declarations.get(name) ?? []).flatMap(({ mentions }) => [...mentions])
  return mentioned
    .filter(other => file?.declarations.has(other) || file?.imports.has(other))
    .map(other => declarationOf({ path, name: other }, files))
}

function isSame(a: Target, b: Target): boolean {
  return a.path === b.path && a.name === b.name
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
