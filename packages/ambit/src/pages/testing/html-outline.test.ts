import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outlineOf } from './html-outline.ts'

test('an outline has the elements with their attributes, and the text, as they are meant', () => {
  assert.deepEqual(outlineOf('<p lang="en" hidden>a &lt; <bdi>&quot;&amp;</bdi></p>'), {
    elements: [
      { name: 'p', attributes: { lang: 'en', hidden: '' } },
      { name: 'bdi', attributes: {} },
    ],
    text: 'a < "&',
  })
})

const broken = [
  ['<p title="a" onclick="b" title="c"></p>', 'an attribute twice'],
  ['<p title="<b>"></p>', 'a tag within an attribute'],
  ["<p title='a'></p>", 'single quotes'],
  ['<p title=a></p>', 'no quotes'],
  ['<p title="a"b"></p>', 'a quote that ends an attribute'],
  ['<p>a > b</p>', 'a bracket in a text'],
  ['<p>a & b</p>', 'an ampersand in a text'],
  ['<p>a', 'an element that stays open'],
  ['<p></b></p>', 'an end without a beginning'],
  ['<!-- a -->', 'a comment'],
] as const

for (const [html, what] of broken) {
  test(`${what} is no HTML that a template writes`, () => assert.throws(() => outlineOf(html), SyntaxError))
}
