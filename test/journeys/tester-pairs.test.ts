import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { allCases } from '../../packages/tester/src/cases/all-cases.ts'
import type { CaseId } from '../../packages/tester/src/catalogue/case-id.ts'
import { causes } from '../../packages/tester/src/judge/causes.ts'
import type { Finding } from '../../packages/tester/src/run/run-record.ts'
import { type Defect, defects } from '../../packages/tester/src/testing/planted-api/defects.ts'
import { runPlanted } from '../../packages/tester/src/testing/planted-run.ts'

type Pair = readonly [Defect, Defect]

/** Defects that are near to each other in the table of causes and have nothing to do with each other. */
const both: readonly Pair[] = [
  ['unguarded-operation', 'alg-none'],
  ['unguarded-operation', 'audience-ignored'],
  ['unguarded-operation', 'head-unguarded'],
  ['unguarded-operation', 'path-normalized'],
  ['garbage-accepted', 'alg-none'],
  ['empty-token-accepted', 'garbage-accepted'],
  ['garbage-crashes', 'long-token-crashes'],
  ['alg-none', 'embedded-key'],
  ['public-key-as-secret', 'any-algorithm'],
  ['signature-ignored', 'typ-ignored'],
  ['typ-ignored', 'audience-ignored'],
  ['typ-ignored', 'id-token-accepted'],
  ['audience-ignored', 'id-token-accepted'],
  ['assertion-accepted', 'typ-ignored'],
  ['expiry-ignored', 'audience-ignored'],
  ['audience-optional', 'audience-prefix'],
  ['large-skew', 'expiry-optional'],
  ['subject-optional', 'subject-without-issuer'],
  ['scope-by-substring', 'write-with-read'],
  ['scope-case-folded', 'scope-by-substring'],
  ['scope-any-of', 'write-with-read'],
  ['scope-upward', 'scope-any-of'],
  ['scope-optional', 'scope-array'],
  ['any-scope', 'scope-optional'],
  ['permissions-claim', 'scope-array'],
  ['write-with-read', 'method-override'],
  ['condition-skipped', 'off-by-one'],
  ['condition-skipped', 'store-from-caller'],
  ['forbid-skipped', 'store-from-caller'],
  ['missing-opens', 'off-by-one'],
  ['other-users-order', 'filter-without-owner'],
  ['other-users-order', 'delete-without-owner'],
  ['step-up-ignored', 'old-login'],
  ['details-ignored', 'details-optional'],
  ['proof-optional', 'proof-replayed'],
  ['proof-for-any-place', 'proof-members-optional'],
  ['proof-of-any-age', 'proof-members-optional'],
  ['bound-as-bearer', 'proof-optional'],
  ['introspection-audience-ignored', 'audience-ignored'],
  ['no-challenge', '401-for-403'],
  ['token-in-challenge', 'token-reflected'],
]

/** Of these the first hides the second from everybody outside, until it is repaired. */
const hidden: readonly (readonly [...Pair, why: string])[] = [
  ['signature-ignored', 'any-algorithm', 'no signature is looked at, by whatever algorithm'],
  ['expiry-ignored', 'expiry-any-type', 'no end is looked at, of whatever type'],
  ['any-scope', 'scope-by-substring', 'every scope opens everything, also one that looks like another'],
  ['step-up-ignored', 'level-from-caller', 'no level is looked at, whoever says it'],
  ['revoked-accepted', 'grant-survives', 'no revocation is looked at, whatever was revoked'],
  ['no-challenge', 'metadata-not-named', 'there is no challenge to name them in'],
]

/** Two defects under one case: one finding, which names what shows each. */
const named: readonly (readonly [...Pair, words: readonly RegExp[]])[] = [
  ['original-url', 'user-from-header', [/X-Original-URL/, /X-User-Id/]],
  ['proof-for-any-place', 'proof-for-any-method', [/another host/, /another method/]],
  ['proof-unsigned', 'proof-with-private-key', [/alg none|`none`/, /private key/]],
  ['method-override', 'head-unguarded', [/HEAD/, /X-HTTP-Method-Override/]],
]

const familyOf = (id: CaseId) => id.replace(/-\d+$/, '')

/** The families of both, whatever either could explain, and what would speak against that. */
async function find(pair: Pair): Promise<readonly Finding[]> {
  const found = pair.map(name => defects[name].found)
  const rows = causes.filter(({ cause }) => found.some(each => each === cause))
  const others = rows.flatMap(({ explains, unless = [] }) => [...explains, ...unless])
  const only = [...new Set([...found.map(familyOf), ...others])]
  const { findings } = await runPlanted({ cases: allCases, defects: pair, selection: { only } })
  return findings
}

const idsOf = (findings: readonly Finding[]) => findings.map(({ caseId }) => caseId).toSorted()
const tell = (findings: readonly Finding[]) => findings.map(({ caseId, reason }) => `${caseId}: ${reason}`).join('\n')

describe('an API with two defects', () => {
  for (const pair of both) {
    const ids = pair.map(name => defects[name].found).toSorted()
    test(`${ids.join(' and ')}: ${pair.join(' and ')} are both told`, async () => {
      const findings = await find(pair)
      assert.deepEqual(idsOf(findings), ids, tell(findings))
    })
  }

  for (const [first, second, why] of hidden)
    test(`${defects[first].found}: ${first} hides ${second}: ${why}`, async () => {
      const findings = await find([first, second])
      assert.deepEqual(idsOf(findings), [defects[first].found], tell(findings))
      assert.ok(findings[0]?.folded.some(({ caseId }) => caseId === defects[second].found))
    })

  for (const [first, second, words] of named)
    test(`${defects[first].found}: ${first} and ${second} are named in one finding`, async () => {
      const findings = await find([first, second])
      assert.deepEqual(idsOf(findings), [defects[first].found], tell(findings))
      for (const each of words) assert.match(findings[0]?.reason ?? '', each)
    })
})
