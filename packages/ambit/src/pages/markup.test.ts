import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill, html, isolated, strong } from './markup.ts'

const hostile = `<img src=x onerror="alert('1')">&`
const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;'

test('RFC 9700 §4.16: whatever stands in a template is text, in an attribute too', () => {
  assert.equal(String(html`<p title="${hostile}">${hostile}</p>`), `<p title="${escaped}">${escaped}</p>`)
  assert.equal(String(html`<ul>${[hostile, html`<li>`]}</ul>`), `<ul>${escaped}<li></ul>`)
  assert.equal(String(fill('{name}, {name}', { name: hostile })), `${escaped}, ${escaped}`)
})

test('the words of strangers do not turn the writing direction of ours around', () => {
  assert.equal(String(isolated('\u202eevil')), '<bdi>\u202eevil</bdi>')
  assert.equal(String(strong(hostile)), `<strong><bdi>${escaped}</bdi></strong>`)
})
