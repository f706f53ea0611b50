import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findWords } from '../../scripts/check/words.ts'

const unfinished = ['TO', 'DO'].join('')
const machinePath = ['', 'home', 'someone', 'ambit'].join('/')

function judge(text: string, path = 'packages/server/src/a.ts'): readonly string[] {
  return findWords([{ path, text }])
}

describe('words: what must not stand in the repository is found', () => {
  test('unfinished work, with its line', () => {
    assert.match(judge(`\n// ${unfinished}: later`)[0] ?? '', /^packages\/server\/src\/a\.ts:2: .*unfinished work/)
  })
  test('a path of one machine', () => {
    assert.match(judge(`const folder = '${machinePath}'`)[0] ?? '', /one machine/)
  })
  test('a host in a lockfile', () => {
    const lock = '{ "node_modules/a": { "resolved": "https://registry.example/a.tgz" } }'
    assert.match(judge(lock, 'package-lock.json')[0] ?? '', /names no host/)
  })
})

describe('words: what is harmless is let through', () => {
  test('a URL with such a path', () => assert.deepEqual(judge(`const url = 'https://a.example${machinePath}'`), []))
  test('a word that only contains one', () => assert.deepEqual(judge(`const a${unfinished}b = 1`), []))
  test('a link between workspaces in a lockfile', () => {
    assert.deepEqual(
      judge('{ "node_modules/@ambit/scope": { "resolved": "packages/scope" } }', 'package-lock.json'),
      [],
    )
  })
  test('where a package asks for funding, in a lockfile', () => {
    assert.deepEqual(judge('{ "funding": { "url": "https://a.example" } }', 'package-lock.json'), [])
  })
})
