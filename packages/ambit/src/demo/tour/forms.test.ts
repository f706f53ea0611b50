import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultFields, readForms, textByTag } from './forms.ts'

const html = `<title>A &amp; B</title>
<form method="post" action="/consent?a=1&amp;b=2">
  <input type="hidden" name="csrf" value="&quot;x&#39;">
  <input type="checkbox" name="scope" value="a" checked>
  <input type="checkbox" name="scope" value="b">
  <input name="username" value="">
  <input value="nameless">
  <button name="decision" value="allow">Allow</button>
</form><form action="/search"></form>`

test('tour: a form is read as a browser reads it', () => {
  const [form, search] = readForms(html)
  assert.ok(form && search)
  assert.equal(form.action, '/consent?a=1&b=2')
  assert.equal(form.method, 'POST')
  assert.equal(search.method, 'GET')
  assert.deepEqual(defaultFields(form), [
    ['csrf', '"x\''],
    ['scope', 'a'],
    ['username', ''],
  ])
})

test('tour: a title is read without its markup', () => {
  assert.equal(textByTag(html, 'title'), 'A & B')
  assert.equal(textByTag(html, 'h1'), undefined)
})
