import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Outcome, runNode, runTool } from '../check/run.ts'
import { isObject, type Package, parseJsonObject } from '../source/packages.ts'
import { root } from '../source/tree.ts'

/** A packed package. */
export interface Tarball {
  readonly item: Package
  readonly path: string
}

/** Packs a built package with npm. */
export function pack(item: Package, folder: string): Tarball {
  const destination = join(root, 'dist', 'tarballs')
  mkdirSync(destination, { recursive: true })
  const done = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], folder)
  const [, name] = /"filename": "([^"]+)"/.exec(done) ?? []
  if (name === undefined) throw new Error(`npm pack named no file for ${item.name}\n${done}`)
  return { item, path: join(destination, name) }
}

/** Asks publint and attw what is wrong with a packed package. */
export async function lintTarball({ item, path }: Tarball): Promise<readonly string[]> {
  const [publint, attw] = await Promise.all([
    runTool('publint', ['run', path, '--strict']),
    runTool('attw', [path, '--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', '--no-color']),
  ])
  return [publint, attw].filter(({ code }) => code !== 0).map(({ output }) => `${item.name}: ${output}`)
}

/** Unpacks all packages as a user would have them, imports each and starts each program with `--help`. */
export async function tryPackages(tarballs: readonly Tarball[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-package-'))
  try {
    for (const { item, path } of tarballs) {
      const target = join(folder, 'node_modules', item.name)
      mkdirSync(target, { recursive: true })
      run('tar', ['-xzf', path, '-C', target, '--strip-components=1'], folder)
      linkOwn(item, target)
    }
    linkOthers(folder)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const problems = await Promise.all(tarballs.map(({ item }) => tryPackage(folder, item)))
    return problems.flat()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function tryPackage(folder: string, { name, entries }: Package): Promise<readonly string[]> {
  const installed = join(folder, 'node_modules', name)
  const { bin } = parseJsonObject(readFileSync(join(installed, 'package.json'), 'utf8'))
  const imports = entries.map(([subpath]) => `import '${name}${subpath.slice(1)}'`).join('\n')
  const started = await Promise.all([
    runNode(['--input-type=module', '--eval', imports], { folder, timeout: 30_000 }),
    ...(isObject(bin) ? Object.values(bin) : []).map(async path => tryProgram(join(installed, String(path)))),
  ])
  return started.filter(({ code }) => code !== 0).map(({ output }) => `${name}: ${output}`)
}

async function tryProgram(file: string): Promise<Outcome> {
  if (!readFileSync(file, 'utf8').startsWith('#!/usr/bin/env node\n'))
    return { code: 1, output: `${basename(file)} must start with \`#!/usr/bin/env node\`` }
  return runNode([file, '--help'], { timeout: 30_000 })
}

/** Links every installed package that is not ours, as if it had been installed beside ours. */
function linkOthers(folder: string): void {
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!existsSync(join(folder, 'node_modules', name)))
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
}

/** Links what is installed for one package alone, in another version than for the others. */
function linkOwn(item: Package, target: string): void {
  const own = join(root, item.folder, 'node_modules')
  if (existsSync(own)) symlinkSync(own, join(target, 'node_modules'))
}

function run(program: string, args: readonly string[], folder: string): string {
  const isWindows = process.platform === 'win32'
  const done = spawnSync(isWindows && program === 'npm' ? 'npm.cmd' : program, args, {
    cwd: folder,
    encoding: 'utf8',
    shell: isWindows,
  })
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')} failed\n${done.stderr ?? done.error}`)
  return done.stdout
}
