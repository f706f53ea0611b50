import assert from 'node:assert/strict'
import { test } from 'node:test'
import { de } from './de.ts'
import { en } from './en.ts'
import { bindWordbook, placeholders } from './wordbook.ts'

const german = new Map<string, string>(Object.entries(de))

test('both languages have the same texts, with the same placeholders', () => {
  assert.deepEqual([...german.keys()], Object.keys(en))
  for (const [name, text] of Object.entries(en)) {
    assert.deepEqual([...placeholders(german.get(name) ?? '')].sort(), [...placeholders(text)].sort(), name)
  }
})

test('only words that are the same in both languages stand untranslated', () => {
  const same = Object.entries(en).flatMap(([name, text]) => (german.get(name) === text ? [name] : []))
  assert.deepEqual(same, ['problem_prefix', 'consent_website', 'claim_name', 'claim_website'])
})

test('no text is empty or begins or ends with a space', () => {
  for (const text of [...Object.values(en), ...Object.values(de)]) assert.match(text, /^\S(?:.*\S)?$/)
})

test('tags of languages are compared without regard to case', () => {
  assert.equal(bindWordbook({ DE: { login_title: 'Hallo' } }).get('de')?.login_title, 'Hallo')
})
