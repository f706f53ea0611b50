import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { runTool } from '../check/run.ts'
import { isObject, type Package, readJsonObject } from '../source/packages.ts'
import { moduleReferences } from '../source/syntax.ts'
import { isTestPath, listFiles, root, type SourceFile } from '../source/tree.ts'
import { compiled, compiledPath, publishedManifest } from './manifest.ts'

/** Compiles all packages into `dist/packages/<folder>`, ready to be packed; gives the folder of each. */
export async function buildPackages(packages: readonly Package[]): Promise<readonly string[]> {
  mkdirSync(join(root, '.ambit'), { recursive: true })
  const emitted = mkdtempSync(join(root, '.ambit', 'package-'))
  try {
    await compile(emitted)
    return packages.map(item => assemble(item, emitted))
  } finally {
    rmSync(emitted, { recursive: true, force: true })
  }
}

async function compile(folder: string): Promise<void> {
  const up = relative(folder, root)
  const config = {
    extends: `${up}/tsconfig.json`,
    compilerOptions: { noEmit: false, declaration: true, outDir: '.', rootDir: up },
    include: [`${up}/packages/*/src/**/*.ts`],
    exclude: [`${up}/packages/*/src/**/*.test.ts`],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { code, output } = await runTool('tsc', ['-p', folder, '--pretty', 'false'])
  if (code !== 0) throw new Error(`the packages do not compile\n${output}`)
}

function assemble({ folder, entries }: Package, emitted: string): string {
  const target = join(root, 'dist', folder)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const manifest = readJsonObject(`${folder}/package.json`)
  const isPublished = (path: string) => !isTestPath(path) || entries.some(([, entry]) => isTestPath(entry))
  copyCompiled(join(emitted, folder, 'src'), join(target, compiled), isPublished)
  copyAssets(join(root, folder, 'src'), join(target, compiled))
  for (const page of ['README.md', 'LICENSE'])
    for (const from of [page, join(folder, page)])
      if (existsSync(join(root, from))) cpSync(join(root, from), join(target, page))
  for (const path of isObject(manifest['bin']) ? Object.values(manifest['bin']) : [])
    chmodSync(join(target, compiledPath(String(path))), 0o755)
  writeFileSync(
    join(target, 'package.json'),
    `${JSON.stringify(publishedManifest(manifest, defaults()), undefined, 2)}\n`,
  )
  return target
}

/** What every package states, where its own `package.json` does not say otherwise. */
function defaults(): Readonly<Record<string, unknown>> {
  const { license, repository, homepage, bugs, author } = readJsonObject('package.json')
  const stated = Object.entries({ license, repository, homepage, bugs, author }).filter(
    ([, value]) => value !== undefined,
  )
  return { ...Object.fromEntries(stated), engines: { node: '>=24.12' } }
}

function copyCompiled(from: string, to: string, isPublished: (path: string) => boolean): void {
  for (const path of listFiles(['**/*.{js,d.ts}'], from).filter(isPublished)) {
    const text = readFileSync(join(from, path), 'utf8')
    write(join(to, path), path.endsWith('.d.ts') ? withCompiledImports({ path, text }) : text)
  }
}

/** Points the imports of a declaration file at compiled files: the compiler leaves `./a.ts` there as it is. */
export function withCompiledImports(file: SourceFile): string {
  const relatives = moduleReferences(file).filter(({ specifier }) => /^\.{1,2}\/.*\.ts$/.test(specifier))
  return relatives.reduceRight((text, { specifier, offset }) => {
    const end = offset + specifier.length + 1
    return `${text.slice(0, end - 3)}.js${text.slice(end)}`
  }, file.text)
}

function copyAssets(from: string, to: string): void {
  for (const path of listFiles(['**/*.{css,html,json,svg,sql,js,png,ico}'], from))
    if (!existsSync(join(to, path))) write(join(to, path), readFileSync(join(from, path)))
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
