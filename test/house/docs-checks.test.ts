import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { findUnknownCommands } from '../../scripts/docs/commands.ts'
import { codeBlocks, makeBlockFolder } from '../../scripts/docs/docs.ts'
import { findBrokenLinks } from '../../scripts/docs/links.ts'
import { anchorOf, type Page, readPage } from '../../scripts/docs/markdown.ts'
import { runBlock, writeBlock } from '../../scripts/docs/run-block.ts'
import { typeCheckBlocks } from '../../scripts/docs/type-check.ts'

const fence = '```'

function page(text: string, path = 'docs/a.md'): Page {
  return readPage({ path, text })
}

describe('docs: pages are read', () => {
  test('blocks with their language, flags and line', () => {
    const { blocks } = page(
      `# A\n\n${fence}ts no-run\nconst a = 1\n\nconst b = 2\n${fence}\ntext\n${fence}\nplain\n${fence}\n`,
    )
    assert.deepEqual(blocks, [
      { path: 'docs/a.md', line: 4, language: 'ts', flags: ['no-run'], code: 'const a = 1\n\nconst b = 2' },
      { path: 'docs/a.md', line: 10, language: '', flags: [], code: 'plain' },
    ])
  })
  test('a block inside a list loses its indent, and a fence inside a longer fence is text', () => {
    const { blocks } = page(
      `- a\n  ${fence}ts\n  const a = {\n    b: 1,\n  }\n  ${fence}\n~~~~md\n${fence}ts\n${fence}\n~~~~\n`,
    )
    assert.deepEqual(
      blocks.map(block => block.code),
      ['const a = {\n  b: 1,\n}', `${fence}ts\n${fence}`],
    )
  })
  test('anchors as GitHub makes them', () => {
    assert.equal(anchorOf('The `token` endpoint: RFC 6749 §3.2'), 'the-token-endpoint-rfc-6749-32')
    assert.deepEqual([...page('# A b\n## A b\n').anchors], ['a-b', 'a-b-1'])
  })
})

describe('docs: links', () => {
  const files = new Set(['docs/a.md', 'docs/b.md', 'README.md'])
  function broken(text: string): readonly string[] {
    return findBrokenLinks([page(text), page('# Here\n', 'docs/b.md')], path => files.has(path))
  }
  test('links that lead somewhere are let through', () => {
    const links = [
      '[b](b.md)',
      '[b](./b.md#here)',
      '[r](../README.md "R")',
      '[w](https://a.example/x)',
      '[own](#own)',
      '`[code](no.md)`',
    ]
    assert.deepEqual(broken(`# Own\n${links.join('\n')}\n`), [])
  })
  test('a file that does not exist', () =>
    assert.match(broken('\n[c](c.md)')[0] ?? '', /^docs\/a\.md:2: .*`c\.md` leads nowhere/))
  test('a picture that does not exist', () => assert.equal(broken('![c](c.png) <img alt="" src="d.png">').length, 2))
  test('a heading that does not exist', () =>
    assert.match(broken('[b](b.md#there)')[0] ?? '', /docs\/b\.md has no heading `#there`/))
  test('a heading of the same page that does not exist', () => assert.equal(broken('[x](#x)').length, 1))
  test('a link out of the repository', () => assert.match(broken('[x](../../x.md)')[0] ?? '', /leaves the repository/))
})

describe('docs: commands', () => {
  const known = {
    scripts: ['start', 'test', 'tour', 'ambit'],
    ambit: ['serve', 'why', 'client', 'client add'],
    exists: (path: string) => path === '.ci/run',
  }
  function unknown(code: string, language = 'sh'): readonly string[] {
    return findUnknownCommands([page(`${fence}${language}\n${code}\n${fence}\n`)], known)
  }
  const good = [
    'npm start',
    '$ AMBIT_PORT=4000 npm start # serves',
    'npm ci && npm test -- unit --only x',
    'npm run --silent tour',
    'npx ambit serve --port 1',
    'npm run ambit -- client add \\\n  --id a',
    'ambit why abc | head',
    './.ci/run',
    '.ci/run',
    `curl -d 'npm run nothing' https://a.example`,
  ]
  for (const code of good) test(`let through: ${code}`, () => assert.deepEqual(unknown(code.replace('./', '')), []))
  const bad = {
    'npm run nothing': /no script `nothing`/,
    'npm stop': /no script `stop`/,
    'npm frobnicate': /no npm command/,
    'cd x && npm run nothing': /no script `nothing`/,
    'ambit sing': /no command `sing`/,
    'npx ambit sing': /no command `sing`/,
    'npm run ambit -- sing': /no command `sing`/,
    'ambit client sing': /`ambit client` has no command `sing`/,
    'node nothing.ts': /`nothing\.ts` does not exist/,
    'scripts/nothing': /does not exist/,
    'frobnicate --all': /no command that a reader is known to have/,
  }
  for (const [code, wanted] of Object.entries(bad))
    test(`found: ${code}`, () => assert.match(unknown(code).join(), wanted))
  test('what a console block prints is no command', () => {
    assert.equal(unknown('$ npm start\nfrobnicated 1 gadget\n$ npm run nothing', 'console').length, 1)
  })
})

describe('docs: blocks run', { concurrency: 2 }, () => {
  const { folder, remove } = makeBlockFolder()
  after(remove)
  async function run(path: string, code: string): Promise<string> {
    const [block] = codeBlocks([page(`# A\n\n${fence}ts\n${code}\n${fence}\n`, path)]).run
    assert.ok(block)
    writeBlock(folder, block)
    return (await runBlock(folder, block)).join('\n')
  }
  test('a block that prints what it says', async () => {
    const code =
      "import '@ambit/scope'\nconsole.log(1 + 1) // 2\nconsole.log('aside')\nconsole.log({ a: 1 }) // { a: 1 }"
    assert.equal(await run('good.md', code), '')
  })
  test('a block that prints something else', async () => {
    assert.match(await run('other.md', '\nconsole.log(1 + 1) // 3'), /^other\.md:5: `3` was wanted/)
  })
  test('a block that prints in another order', async () => {
    assert.match(
      await run('order.md', 'queueMicrotask(() => {\nconsole.log(1) // 1\n})\nconsole.log(2) // 2'),
      /`2` was wanted/,
    )
  })
  test('a block that throws', async () => {
    assert.match(await run('throws.md', "throw new Error('planted')"), /^throws\.md:4: the block fails[^]*planted/)
  })
  test('a block with a wrong type, whether it runs or not, with its line on the page', async () => {
    const text = `# A\n\n${fence}ts no-run\nconst a = 1\nexport const b: string = a\n${fence}\n`
    const { all, run: runnable } = codeBlocks([page(text, 'docs/types.md')])
    assert.equal(runnable.length, 0)
    const own = makeBlockFolder()
    const problems = await typeCheckBlocks(own.folder, all).finally(own.remove)
    assert.match(problems[0] ?? '', /^docs\/types\.md\(5,14\): error TS2322/)
  })
})
