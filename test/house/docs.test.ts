import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { codeBlocks, findWrongCommands, makeBlockFolder, readPages } from '../../scripts/docs/docs.ts'
import { findBrokenLinks } from '../../scripts/docs/links.ts'
import { runBlock } from '../../scripts/docs/run-block.ts'
import { typeCheckBlocks } from '../../scripts/docs/type-check.ts'

const pages = readPages()
const blocks = codeBlocks(pages)
const { folder, remove } = makeBlockFolder()
after(remove)

describe('docs: this repository', async () => {
  test('every block has the right types', async () => {
    assert.deepEqual(await typeCheckBlocks(folder, blocks.all), [])
  })
  describe('every block runs', { concurrency: 2 }, () => {
    for (const block of blocks.run)
      test(`${block.path}:${block.line}`, async () => assert.deepEqual(await runBlock(folder, block), []))
  })
  test('every command exists', async () => assert.deepEqual(await findWrongCommands(pages), []))
  test('every link leads somewhere', () => assert.deepEqual(findBrokenLinks(pages), []))
})
