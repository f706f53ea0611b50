import assert from 'node:assert/strict'
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readArtefacts, removeArtefacts, writeArtefacts } from './write-artefacts.ts'

describe('artefacts on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'artefacts-'))
  after(() => rmSync(folder, { recursive: true }))
  const at = (...parts: readonly string[]) => join(folder, ...parts)

  test('a file is written whole, in a folder that is made, for its owner alone', async () => {
    await writeArtefacts([{ name: at('a', 'b', 'report.json'), text: '{"ü":1}' }])
    assert.equal(readFileSync(at('a', 'b', 'report.json'), 'utf8'), '{"ü":1}')
    assert.equal(statSync(at('a', 'b', 'report.json')).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(at('a', 'b')), ['report.json'])
  })

  test('a link is replaced and not followed', async () => {
    writeFileSync(at('victim'), 'mine')
    symlinkSync(at('victim'), at('link.html'))
    await writeArtefacts([{ name: at('link.html'), text: 'new' }])
    assert.equal(readFileSync(at('victim'), 'utf8'), 'mine')
    assert.equal(readFileSync(at('link.html'), 'utf8'), 'new')
  })

  test('a folder and a device stay what they are, also behind a link', async () => {
    symlinkSync('/dev/null', at('device.json'))
    for (const name of [folder, '/dev/null', at('device.json')])
      await assert.rejects(writeArtefacts([{ name, text: 'x' }]), /no file/)
    assert.equal(statSync('/dev/null').isFile(), false)
    assert.equal(lstatSync(at('device.json')).isSymbolicLink(), true)
  })

  test('nothing is left where a file cannot be written', async () => {
    await writeArtefacts([{ name: at('full', 'x'), text: '' }])
    await assert.rejects(writeArtefacts([{ name: at('full'), text: 'x' }]))
    assert.equal(readdirSync(folder).filter(name => name.startsWith('full.')).length, 0)
  })

  test('what is there is read and removed; what is not is left out', async () => {
    writeFileSync(at('log'), 'text')
    const names = [at('log'), at('none')]
    assert.deepEqual(await readArtefacts(names), [{ name: at('log'), text: 'text' }])
    assert.deepEqual(await removeArtefacts(names), [at('log')])
    assert.deepEqual(await readArtefacts(names), [])
    await assert.rejects(readArtefacts([folder]))
  })
})
