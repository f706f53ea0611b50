import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textFor } from './localized-text.ts'

const text = { en: 'Read pets', de: 'Tiere lesen', 'zh-Hant': '讀取寵物' }

test('RFC 4647 §3.4: the first language that is there is taken', () => {
  assert.equal(textFor(text, ['fr', 'de', 'en']), 'Tiere lesen')
})

test('RFC 4647 §3.4: a language is shortened from its end until a text fits, whatever its case', () => {
  assert.equal(textFor(text, ['DE-ch-1996']), 'Tiere lesen')
  assert.equal(textFor(text, ['zh-hant-TW', 'en']), '讀取寵物')
})

test('RFC 4647 §3.4: a single letter at the end goes together with what followed it', () => {
  assert.equal(textFor({ 'zh-x': 'never', en: 'taken' }, ['zh-x-private', 'en']), 'taken')
})

test('RFC 4647 §3.4: the first declared text is the default', () => {
  assert.equal(textFor(text, ['fr']), 'Read pets')
  assert.equal(textFor(text, []), 'Read pets')
})

test('a text without languages is for all of them', () => {
  assert.equal(textFor('Read pets', ['de']), 'Read pets')
})
