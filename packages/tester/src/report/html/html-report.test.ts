import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'parse5'
import { searchForSecrets } from '../leak-search.ts'
import { sampleReport } from '../testing/sample-report.ts'
import { sampleRun } from '../testing/sample-run.ts'
import { printHtml } from './html-report.ts'
import { html, Markup, prose } from './markup.ts'
import { createReader } from './reader.ts'
import { glossary } from './words.ts'

type Node = {
  readonly nodeName: string
  readonly attrs?: readonly { readonly name: string; readonly value: string }[]
  readonly childNodes?: readonly unknown[]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'nodeName' in value
}

function elementsOf(node: Node): readonly Node[] {
  const inner = (node.childNodes ?? []).filter(isNode).flatMap(elementsOf)
  return [node, ...inner]
}

function documentOf(text: string) {
  const errors: string[] = []
  const elements = elementsOf(parse(text, { onParseError: ({ code }) => void errors.push(code) }))
  const attribute = ({ attrs = [] }: Node, wanted: string) => attrs.find(({ name }) => name === wanted)?.value
  return { elements, errors, attribute }
}

const hostile =
  '</style></title><script>x</script><a href="javascript:x" onclick="x" style="x">&lt;\'"`\u202eabc\u2066\u0000\u001b'

describe('HTML report', () => {
  for (const [name, text] of [
    ['as usual', ''],
    ['with a hostile target', hostile],
  ] as const)
    test(`is HTML without an error, asks for nothing, and every link leads to a place in it: ${name}`, async () => {
      const { elements, errors, attribute } = documentOf(await printHtml(sampleReport(text)))
      assert.deepEqual(errors, [])
      const ids = elements.flatMap(each => attribute(each, 'id') ?? [])
      assert.equal(new Set(ids).size, ids.length)
      for (const each of elements) {
        const href = attribute(each, 'href')
        if (href !== undefined) assert.ok(href.startsWith('#') && ids.includes(href.slice(1)), href)
        for (const { name: attributeName } of each.attrs ?? [])
          assert.equal(/^(?:on.*|style|src)$/.test(attributeName), false)
        assert.equal(['script', 'img', 'link', 'iframe', 'object', 'base'].includes(each.nodeName), false)
        for (const reference of ['aria-labelledby'])
          for (const id of (attribute(each, reference) ?? '').split(' ').filter(part => part !== ''))
            assert.ok(ids.includes(id), id)
      }
    })

  test('SELF-01: it holds no secret', async () => {
    const text = await printHtml(sampleReport(hostile))
    assert.deepEqual(searchForSecrets([{ name: 'r', text }], sampleRun(hostile).ledger.all()).leaks, [])
  })

  test('signs that turn the direction of text are shown by their numbers', async () => {
    const text = await printHtml(sampleReport(hostile))
    assert.equal(/[\u202e\u2066]|[^\P{Cc}\t\n]/u.test(text), false)
    assert.ok(text.includes('[U+202E]abc[U+2066]'))
  })

  test('a clean run and one in which nothing was judged say so, and leave out what is empty', async () => {
    const report = sampleReport()
    const empty = { ...report, findings: [], results: [], skips: [], matrix: { ...report.matrix, groups: [] } }
    const text = await printHtml({ ...empty, latency: { ...report.latency, kinds: [] } })
    assert.match(text, /Nothing was found\. That holds for what was tried/)
    for (const id of ['matrix', 'unjudged', 'untried', 'latency'])
      assert.equal(text.includes(`<section id="${id}"`), false, id)
    assert.deepEqual(documentOf(text).errors, [])
  })

  test('numbers, dates and hours are those of the locale and zone', async () => {
    const text = await printHtml(sampleReport('', { locale: 'de-DE', timeZone: 'Asia/Tokyo' }))
    assert.match(text, /Dienstag, 3\. März 2026 um 17:00/)
    assert.match(text, /13,3 ms/)
    assert.match(text, /Slowest around 20:00/)
    assert.match(createReader('en-US', 'UTC').hour(15), /^3:00\sPM$/)
  })

  test('ten words are explained, without a name of a standard', () => {
    assert.equal(glossary.length, 10)
    for (const [, meaning] of glossary) assert.equal(/RFC|OAuth|JWT/.test(meaning), false, meaning)
  })
})

describe('HTML templates', () => {
  test('what comes in is escaped in text and attributes; markup, lists and nothing are what they are', () => {
    const value = `<a href="x">'&</a>`
    assert.equal(
      html`<p title="${value}">${value}${undefined}${[html`<b>${1}</b>`, 'x']}</p>`.toString(),
      '<p title="&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;">&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;<b>1</b>x</p>',
    )
    assert.equal(html`${new Markup('<i>')}`.toString(), '<i>')
  })

  test('between backticks is code, and a backtick alone stays', () => {
    assert.equal(prose('a `b<` c').toString(), 'a <code>b&lt;</code> c')
    assert.equal(prose('a ` b').toString(), 'a ` b')
  })
})
