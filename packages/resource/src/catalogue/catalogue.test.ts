import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

/** How many cases each family has. */
const families = {
  TOK: 9,
  TRN: 6,
  JWT: 17,
  CLM: 12,
  TYP: 4,
  SCP: 16,
  OBJ: 7,
  CND: 6,
  STP: 3,
  RAR: 2,
  POP: 10,
  REV: 4,
  ROU: 7,
  ERR: 8,
  PRV: 6,
  RAT: 1,
  PRF: 1,
} as const

/** The cases that no guard can decide, each with who can. */
const others = {
  'RS-TRN-01': 'whether http is served is decided by who listens',
  'RS-TRN-02': 'versions and names of TLS are decided by who listens',
  'RS-TRN-06': 'CORS is decided by the API, which knows the pages that may call it',
  'RS-OBJ-04': 'what a list holds is decided by the query of the API',
  'RS-OBJ-06': 'whether an object is still there is known by the API',
  'RS-CND-06': 'a limit over several calls is held by a transaction of the API',
  'RS-REV-02': 'what a revocation takes along is decided by the authorization server',
  'RS-ROU-01': 'which path leads to which operation is decided by the router',
  'RS-ROU-02': 'which path leads to which operation is decided by the router',
  'RS-ROU-03': 'which method leads to which operation is decided by the router',
  'RS-ROU-05': 'which versions are served is decided by the API',
  'RS-ROU-06': 'whether code and document agree is told by a comparison of both',
  'RS-ROU-07': 'when a stream ends is decided by the API, by the end of the access',
  'RS-ERR-03': 'how long the answers of an API are kept is decided by the API',
  'RS-ERR-07': 'how long answers take is measured from outside',
  'RS-PRV-01': 'read from the document, without a request',
  'RS-PRV-02': 'read from the document, without a request',
  'RS-PRV-03': 'read from the document and the catalogue, without a request',
  'RS-PRV-04': 'read from the document and the catalogue, without a request',
  'RS-PRV-05': 'read from what clients asked for and what they called',
  'RS-PRV-06': 'read from the document and the code, without a request',
  'RS-PRF-01': 'measured by the bench',
} as const

function idsOf(text: string): readonly string[] {
  return text.match(/RS-[A-Z]{3}-\d\d/g) ?? []
}

test('the catalogue: each of the 119 cases is a test here, or somebody else decides it', () => {
  const all = Object.entries(families).flatMap(([family, count]) =>
    Array.from({ length: count }, (_, at) => `RS-${family}-${String(at + 1).padStart(2, '0')}`),
  )
  assert.equal(all.length, 119)
  const folder = new URL('.', import.meta.url)
  const files = readdirSync(folder).filter(name => name !== 'catalogue.test.ts')
  const texts = files.map(name => readFileSync(new URL(name, folder), 'utf8'))
  const names = texts.flatMap(text => text.match(/^ *test\(['`].*$/gm) ?? [])
  const tested = new Set(names.flatMap(idsOf))
  assert.deepEqual(
    all.filter(id => !tested.has(id) && !(id in others)),
    [],
  )
  assert.deepEqual(
    Object.keys(others).filter(id => tested.has(id) || !all.includes(id)),
    [],
  )
  assert.deepEqual(
    [...tested].filter(id => !all.includes(id)),
    [],
  )
  assert.equal(tested.size, 97)
})
