import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type CaseId, exitCodeOf, type RunRecord } from '@ambit/tester'
import { expressBearer } from './foreign-apis/express-bearer.ts'
import { fastifyJwt } from './foreign-apis/fastify-jwt.ts'
import { type ForeignWorld, openForeignWorld, type Trial } from './foreign-apis/foreign-world.ts'
import {
  apiKey,
  asking,
  careful,
  careless,
  hiding,
  keyed,
  slow,
  talkative,
  throttled,
  website,
} from './foreign-apis/hono-apis.ts'
import { opaqueResource } from './foreign-apis/setting.ts'

/** What is rightly found in an API, and why. */
type Right = Readonly<Partial<Record<CaseId, string>>>

/** What no library refuses by itself: a maintainer may live with it, and a pipeline does not stop for it. */
const ofEachLibrary: Right = {
  'RS-JWT-14': 'of two claims with one name `JSON.parse` takes the last, as RFC 7519 §4 allows',
  'RS-CLM-04': '`jose` and `fast-jwt` look neither at an `iat` that is to come nor at how far away `exp` is',
  'RS-CLM-09': 'an empty `sub` is a text',
  'RS-CLM-12': 'the subject alone says whose notes they are, and the server is trusted to keep names apart',
}

/** What Node does to each API that reads `headers.authorization`. */
const ofNode: Right = { 'RS-TOK-07': 'Node keeps the first of two `Authorization` fields and drops the other silently' }

const ofExpressBearer: Right = {
  ...ofEachLibrary,
  ...ofNode,
  'RS-TOK-06': 'another scheme is told 400 instead of 401',
  'RS-TOK-09': '`jose` decodes base64url with padding',
  'RS-TRN-03': 'the library takes tokens from the query unless it is told otherwise',
  'RS-SCP-09': '`requiredScopes` takes a list of scopes as well',
  'RS-POP-07': 'the library verifies proofs and remembers none',
  'RS-ERR-03': 'nobody forbids caches',
}

type Expected = Trial & {
  readonly what: string
  readonly found: Right
  /** How the run ends by default. */
  readonly code: 0 | 1
}

const expected: readonly Expected[] = [
  {
    what: 'Express with express-oauth2-jwt-bearer as it is',
    api: expressBearer(),
    found: {
      ...ofExpressBearer,
      'RS-JWT-13': 'without strict mode the type of a token is not looked at',
      'RS-JWT-11': 'without a list of algorithms every key for signing counts',
    },
    code: 1,
  },
  {
    what: 'the same with a real token alone',
    api: expressBearer(),
    level: 'L0',
    found: Object.fromEntries(Object.entries(ofExpressBearer).filter(([id]) => !/CLM|JWT|SCP|POP/.test(id))),
    code: 1,
  },
  {
    what: 'Express with express-oauth2-jwt-bearer in strict mode',
    api: expressBearer({ isStrict: true }),
    found: ofExpressBearer,
    code: 1,
  },
  {
    what: 'Express that looks at the body before it asks for a token',
    api: expressBearer({ isStrict: true, validatesFirst: true }),
    found: ofExpressBearer,
    code: 1,
  },
  {
    what: 'Fastify with fast-jwt',
    api: fastifyJwt,
    found: {
      ...ofEachLibrary,
      ...ofNode,
      'RS-SCP-02': 'a token without the claim `scope` is told to be bad, and not too little',
      'RS-SCP-09': 'a `scope` that is no text ends in a 500',
    },
    code: 1,
  },
  { what: 'Hono with jose', api: careful, found: ofEachLibrary, code: 0 },
  { what: 'Hono with jose, with real tokens alone', api: careful, level: 'L0', found: {}, code: 0 },
  {
    what: 'an API that answers 404 for whatever one may not see',
    api: hiding,
    found: { ...ofEachLibrary, 'RS-SCP-02': 'a client cannot learn from a 404 which scope it lacks' },
    code: 0,
  },
  { what: 'an API behind a throttle', api: throttled(20), found: ofEachLibrary, code: 0 },
  {
    what: 'a website with pages for errors and for logging in',
    api: website,
    found: {
      ...ofEachLibrary,
      'RS-TOK-01': 'a redirect to a page is no 401',
      'RS-SCP-02': 'its 403 carries no challenge',
    },
    code: 0,
  },
  {
    what: 'an API that wants a key beside the token',
    api: keyed,
    apiKey: { 'X-Api-Key': apiKey },
    found: ofEachLibrary,
    code: 0,
  },
  {
    what: 'an API that repeats in errors what was asked for, and minds no unknown parameter',
    api: talkative,
    found: ofEachLibrary,
    code: 0,
  },
  {
    what: 'an API that is slow',
    api: slow(2200),
    only: ['RS-TOK-08', 'RS-JWT-15', 'RS-SCP-12'],
    found: {},
    code: 0,
  },
  {
    what: 'an API that asks about opaque tokens',
    api: asking,
    resource: opaqueResource,
    level: 'L0',
    found: {},
    code: 0,
  },
  {
    what: 'an API with holes',
    api: careless,
    found: {
      ...ofEachLibrary,
      'RS-CLM-06': 'nobody told `jose` the audience',
      'RS-SCP-05': 'scope is looked for as a piece of text',
      'RS-OBJ-07': 'anybody may take away what only its owner may see',
    },
    code: 1,
  },
]

/** Measurements, and a case that waits for seconds; it has a test of its own. */
const left = ['RS-PRF', 'RS-JWT-17']

describe('APIs that somebody else wrote', () => {
  let world: ForeignWorld
  before(async () => {
    world = await openForeignWorld()
  })
  after(() => world.close())

  for (const { what, found, code, ...trial } of expected)
    test(`${what}: what is found is right, and nothing is left open`, async () => {
      const record = await world.run({ skip: left, ...trial })
      assert.deepEqual(
        record.findings.map(({ caseId }) => caseId).toSorted(),
        Object.keys(found).toSorted(),
        tell(record),
      )
      assert.deepEqual(openIn(record), [])
      assert.deepEqual(record.notes, [])
      assert.equal(exitCodeOf(record, { failOn: 'medium' }).code, code)
      assert.ok(record.results.some(({ verdict }) => verdict === 'pass'))
    })

  test('RFC 7517 §5: a key that is new is heard of', async () => {
    const { results } = await world.run({ api: careful, only: ['RS-JWT-17'] })
    assert.deepEqual(
      results.map(({ variant, verdict }) => [variant, verdict]),
      [
        ['a retired key', 'pass'],
        ['a new key', 'pass'],
      ],
    )
  })
})

function tell({ findings }: RunRecord): string {
  return findings.map(({ caseId, reason }) => `${caseId}: ${reason}`).join('\n')
}

function openIn({ results }: RunRecord): readonly string[] {
  return results.filter(({ verdict }) => verdict === 'inconclusive').map(({ name, reason }) => `${name}: ${reason}`)
}
