import { rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPackages } from './package/build.ts'
import { lintTarball, pack, tryPackages } from './package/verify.ts'
import { readPackages } from './source/packages.ts'
import { root } from './source/tree.ts'

const help = `npm run package -- [options]

Builds every package into dist/packages, packs it into dist/tarballs, and looks at what was packed: publint and attw
must be content, every entry must be importable, and every program must start.

  --no-verify  build and pack only
  --help       this text
`

const { values } = parseArgs({
  allowNegative: true,
  options: { verify: { type: 'boolean', default: true }, help: { type: 'boolean', default: false } },
})

if (values.help) process.stdout.write(help)
else await main().catch(fail)

function fail(error: unknown): void {
  process.stderr.write(`ambit: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const packages = readPackages()
  process.stdout.write(`ambit: building ${packages.length} packages\n`)
  const folders = await buildPackages(packages)
  const tarballs = packages.map((item, index) => pack(item, folders[index] ?? ''))
  for (const { path } of tarballs) process.stdout.write(`packed ${relative(root, path)}\n`)
  if (!values.verify) return
  const problems = await tryPackages(tarballs)
  const lints: (readonly string[])[] = []
  for (const tarball of tarballs) lints.push(await lintTarball(tarball))
  const all = [...problems, ...lints.flat()]
  process.stdout.write(all.map(problem => `\n${problem}\n`).join(''))
  process.stdout.write(`ambit: ${packages.length} packages, ${all.length} problems\n`)
  process.exitCode = all.length === 0 ? 0 : 1
}
