import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Files in which a function ran while a code was redeemed, relative to the root. */
async function executedFiles(): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-coverage-'))
  const script = fileURLToPath(new URL('redeem-code.ts', import.meta.url))
  const env = { ...process.env, NODE_V8_COVERAGE: folder }
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script], { env })
  // the counts of each file are those since the one before: the second is the redemption alone
  const [, redemption = ''] = (await readdir(folder)).toSorted((a, b) => a.localeCompare(b))
  const counts = parseCounts(await readFile(join(folder, redemption), 'utf8'))
  await rm(folder, { recursive: true })
  return new Set(
    counts
      .filter(hasRun)
      .map(({ url }) => pathOf(url))
      .filter(isOurs),
  )
}

type Counts = {
  readonly url: string
  readonly functions: readonly {
    readonly functionName: string
    readonly ranges: readonly { readonly count: number; readonly startOffset: number }[]
  }[]
}

/** What V8 writes. @spec Chrome DevTools Protocol, Profiler.ScriptCoverage */
function parseCounts(text: string): readonly Counts[] {
  const { result } = JSON.parse(text) as { readonly result: readonly Counts[] }
  return result.filter(({ url }) => url.startsWith('file:'))
}

/** The module itself counts as a function that begins at 0. */
function hasRun({ functions }: Counts): boolean {
  return functions.some(({ ranges: [whole] }) => whole !== undefined && whole.count > 0 && whole.startOffset > 0)
}

function pathOf(url: string): string {
  return relative(root, fileURLToPath(url)).split(sep).join('/')
}

function isOurs(path: string): boolean {
  return /^packages\/[^/]+\/src\//.test(path) && !path.includes('/testing/')
}

describe('reading `POST /token` with a code', () => {
  let path: readonly string[]
  let ground: readonly string[]
  let executed: ReadonlySet<string>
  before(async () => {
    const text = await readFile(join(root, 'ARCHITECTURE.md'), 'utf8')
    const [, section = ''] = text.split('## Reading `POST /token` with a code')
    const [walked = '', standing = ''] = section.split('### What they stand on')
    path = linksIn(walked)
    ground = linksIn(standing)
    executed = await executedFiles()
  })

  test('a reader passes at most 10 files with 900 lines in all', async () => {
    const texts = await Promise.all(path.map(file => readFile(join(root, file), 'utf8')))
    const lines = texts.map(text => text.split('\n').length - 1)
    assert.ok(path.length > 0 && path.length <= 10, `${path.length} files`)
    const total = lines.reduce((sum, each) => sum + each, 0)
    assert.ok(total <= 900, `${total} lines: ${path.map((file, index) => `${file} ${lines[index]}`).join(', ')}`)
  })

  test('each of the files takes part in a redemption', () => {
    for (const file of path) assert.ok(executed.has(file), `${file} was not executed`)
  })

  test('what else takes part is told, and nothing is told that does not', () => {
    const others = [...executed].filter(file => !path.includes(file))
    const isBelow = (file: string, place: string) => file === place || (place.endsWith('/') && file.startsWith(place))
    for (const file of others)
      assert.ok(
        ground.some(place => isBelow(file, place)),
        `${file} was executed`,
      )
    for (const place of ground)
      assert.ok(
        others.some(file => isBelow(file, place)),
        `${place} was not executed`,
      )
  })
})

/** The files and folders of packages that a text links to. */
function linksIn(text: string): readonly string[] {
  return [...text.matchAll(/\]\((packages\/[^)]+)\)/g)].map(([, place = '']) => place)
}
