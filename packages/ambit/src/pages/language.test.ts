// RFC 9110 §12.5.4
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedLanguages, chooseLanguage, directionOf } from './language.ts'

const orders = [
  ['de', ['de']],
  ['en;q=0.5, de', ['de', 'en']],
  ['en;q=0.5,de;q=0.9,fr;q=0.7', ['de', 'fr', 'en']],
  ['de-AT, de;q=0.8 , *;q=0.1', ['de-AT', 'de', '*']],
  ['en, de', ['en', 'de']],
  ['de;q=0, en', ['en']],
  ['de;q=0.000, en;q=1.000', ['en']],
  ['de;Q=0.5, en', ['en', 'de']],
  ['de;q=2, en;q=x, <b>, ;q=1, fr', ['fr']],
  ['', []],
] as const

for (const [field, languages] of orders) {
  test(`RFC 9110 §12.5.4: \`${field}\` accepts ${languages.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(acceptedLanguages(field), languages)
  })
}

const choices = [
  [undefined, undefined, 'en'],
  [undefined, 'de', 'de'],
  [undefined, 'de-CH', 'de'],
  [undefined, 'DE', 'de'],
  [undefined, 'fr, de;q=0.3', 'de'],
  [undefined, 'fr, *;q=0.3', 'en'],
  [undefined, 'zh-x-de', 'en'],
  ['de', 'en', 'de'],
  ['fr-CA fr de-x-own en', 'en', 'de'],
  ['fr', 'de', 'de'],
  ['deutsch', 'en', 'en'],
] as const

for (const [uiLocales, acceptLanguage, language] of choices) {
  test(`OpenID Connect Core §3.1.2.1: ui_locales \`${uiLocales}\` and a browser for \`${acceptLanguage}\` get ${language}`, () => {
    assert.equal(chooseLanguage({ uiLocales, acceptLanguage }, ['en', 'de']), language)
  })
}

test('of a very long ui_locales only the beginning is looked at', () => {
  const uiLocales = `${'fr '.repeat(400)}de`
  assert.equal(chooseLanguage({ uiLocales, acceptLanguage: undefined }, ['en', 'de']), 'en')
})

test('RFC 4647 §3.4: the longest tag that fits is taken', () => {
  const available = ['en', 'zh', 'zh-Hant']
  assert.equal(chooseLanguage({ uiLocales: 'zh-Hant-TW', acceptLanguage: undefined }, available), 'zh-Hant')
  assert.equal(chooseLanguage({ uiLocales: 'zh-Hans', acceptLanguage: undefined }, available), 'zh')
})

test('languages are written in their direction', () => {
  assert.equal(directionOf('de-AT'), 'ltr')
  assert.equal(directionOf('he-IL'), 'rtl')
})
