import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSelector } from './selector.ts'
import { sampleOperation, sampleText } from './testing/sample-target.ts'

const cases = [
  sampleText('RS-JWT-01', { sources: ['RFC 8725 §2.1', 'ASVS 9.1.2'], tags: ['signature'] }),
  sampleText('RS-JWT-02', { sources: ['ASVS 9.1.1'], tags: ['signature'] }),
  sampleText('RS-SCP-03', { sources: ['RFC 6749 §3.3', 'API5'], tags: ['scope'] }),
  sampleText('AS-MET-04', { sources: ['RFC 9700 §2.1.1', 'RFC 8414'], tags: ['metadata'] }),
  sampleText('SELF-01', { sources: ['Qodex'] }),
]
const operations = [
  sampleOperation('GET /pets', { operationId: 'listPets' }),
  sampleOperation('GET /pets/{id}'),
  sampleOperation('DELETE /pets/{id}'),
  sampleOperation('GET /petshops'),
]

function found(text: string): readonly string[] {
  const reading = readSelector(text, { cases, operations })
  if (reading.kind === 'unknown') return []
  const { selector } = reading
  return selector.kind === 'case'
    ? cases.filter(selector.fits).map(({ id }) => id)
    : operations.filter(selector.fits).map(({ key }) => key)
}

for (const [text, wanted] of [
  ['RS-JWT-01', ['RS-JWT-01']],
  ['rs-jwt-01', ['RS-JWT-01']],
  ['RS-JWT', ['RS-JWT-01', 'RS-JWT-02']],
  ['RS-JWT-', ['RS-JWT-01', 'RS-JWT-02']],
  ['RS', ['RS-JWT-01', 'RS-JWT-02', 'RS-SCP-03']],
  ['resource', ['RS-JWT-01', 'RS-JWT-02', 'RS-SCP-03']],
  ['server', ['AS-MET-04']],
  ['self', ['SELF-01']],
  ['signature', ['RS-JWT-01', 'RS-JWT-02']],
  ['RFC 8725', ['RS-JWT-01']],
  ['rfc8725', ['RS-JWT-01']],
  ['RFC 8725 §2.1', ['RS-JWT-01']],
  ['RFC 8725§2', ['RS-JWT-01']],
  ['RFC 8414', ['AS-MET-04']],
  ['ASVS', ['RS-JWT-01', 'RS-JWT-02']],
  ['ASVS 9.1', ['RS-JWT-01', 'RS-JWT-02']],
  ['ASVS 9.1.2', ['RS-JWT-01']],
  ['API5', ['RS-SCP-03']],
  ['GET /pets', ['GET /pets']],
  ['get /pets', ['GET /pets']],
  ['listPets', ['GET /pets']],
  ['GET /pets/*', ['GET /pets/{id}']],
  ['GET /pets*', ['GET /pets', 'GET /pets/{id}', 'GET /petshops']],
  ['* /pets/{id}', ['GET /pets/{id}', 'DELETE /pets/{id}']],
  ['/pets/{id}', ['GET /pets/{id}', 'DELETE /pets/{id}']],
] as const)
  test(`\`${text}\` selects ${wanted.join(', ')}`, () => assert.deepEqual(found(text), wanted))

for (const text of ['RS-JW', 'RS-J', 'RFC 872', 'ASVS 9.1.22', 'POST /pets', 'GET', '', 'sig', '/pet'])
  test(`\`${text}\` selects nothing, which is an error`, () => {
    const reading = readSelector(text, { cases, operations })
    assert.equal(reading.kind, 'unknown')
  })

test('an unknown selector is answered with what it may have meant', () => {
  const problemOf = (text: string) => {
    const reading = readSelector(text, { cases, operations })
    return reading.kind === 'unknown' ? reading.problem : ''
  }
  assert.equal(
    problemOf('RS-JWT-03'),
    '`RS-JWT-03` names no case, tag, source or operation; did you mean `RS-JWT-01` or `RS-JWT-02`?',
  )
  assert.match(problemOf('signatur'), /`signature`/)
  assert.match(problemOf('RFC 8752'), /`RFC 8725`/)
  assert.match(problemOf('GET /pest'), /`GET \/pets`/)
  assert.equal(
    problemOf('something else altogether'),
    '`something else altogether` names no case, tag, source or operation',
  )
})
