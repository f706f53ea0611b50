import assert from 'node:assert/strict'
import { test } from 'node:test'
import { booleanField, type Feature } from '@ambit/server'
import { checkMetadata } from './check-metadata.ts'

const features: readonly Feature[] = [{ name: 'strict', clientMetadata: [booleanField('wants_strictness')] }]

function problemsOf(metadata: object): readonly string[] {
  const problems: string[] = []
  const report = (path: string, message: string) => void problems.push(`${path}: ${message}`)
  checkMetadata({ ...metadata }, features, { path: 'clients[0].metadata', report })
  return problems
}

test('RFC 7591 §2: metadata of a client is what mounted features read, and of the form that they want', () => {
  assert.deepEqual(problemsOf({ wants_strictness: true }), [])
  assert.deepEqual(problemsOf({ wants_strictness: 'yes' }), [
    'clients[0].metadata.wants_strictness: true or false is wanted',
  ])
})

test('RFC 7591 §2: metadata that no mounted feature reads is a problem, and a near miss is told', () => {
  assert.deepEqual(problemsOf({ colour: 'red' }), [
    'clients[0].metadata.colour: is not known here: no feature that is switched on reads it',
  ])
  const [near] = problemsOf({ wants_strictnes: true })
  assert.match(near ?? '', /did you mean `wants_strictness`\?$/)
})
