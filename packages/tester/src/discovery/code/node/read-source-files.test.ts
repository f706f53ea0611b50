import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { readSourceFiles } from './read-source-files.ts'

async function withFolder(files: Readonly<Record<string, string>>, run: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-source-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('source: programs and their settings are read; packages, tests, types and compiled code are not', async () => {
  const wanted = ['app.ts', 'package.json', 'src/pets.mjs', 'src/view.tsx', 'tsconfig.json']
  const others = [
    'node_modules/x/index.js',
    'dist/app.js',
    'src/pets.test.ts',
    'src/types.d.ts',
    'test/app.js',
    '.git/hook.js',
    'readme.md',
  ]
  await withFolder(Object.fromEntries([...wanted, ...others].map(path => [path, '{}'])), async folder => {
    const { files, notes } = await readSourceFiles(folder)
    assert.deepEqual(files.map(({ path }) => path).toSorted(), wanted)
    assert.deepEqual(notes, [])
    const built = await readSourceFiles(folder, { withBuilt: true })
    assert.ok(built.files.some(({ path }) => path === 'dist/app.js'))
  })
})

test('source: links are not followed, and whatever is left out is told', async () => {
  await withFolder({ 'a.js': '1', 'b.js': '22', 'c/d/e.js': '3' }, async folder => {
    await symlink('/etc', join(folder, 'outside'))
    await symlink(join(folder, 'a.js'), join(folder, 'link.js'))
    const told = async (options: Parameters<typeof readSourceFiles>[1]) =>
      (await readSourceFiles(folder, options)).notes.map(({ place, message }) => `${place.file}: ${message}`)
    assert.deepEqual(await told({}), ['link.js: it was not read: it is a link'])
    assert.ok((await told({ mostFiles: 1 })).includes('b.js: it was not read: there are more than 1 files'))
    assert.ok((await told({ largestFile: 1 })).includes('b.js: it was not read: it is larger than 1 bytes'))
    assert.ok((await told({ deepest: 1 })).includes('c/d: it was not read: it lies deeper than 1 folders'))
  })
})
