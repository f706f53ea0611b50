// What the harness must notice: a judge that is never heard to blame proves nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit } from '../../scripts/chaos/audit.ts'
import { redirectUri } from '../../scripts/chaos/installation.ts'
import { openJournal } from '../../scripts/chaos/journal.ts'
import { checkToken } from '../../scripts/chaos/load/check-token.ts'
import { codeLane } from '../../scripts/chaos/load/code-lane.ts'
import { refreshLane, rotate } from '../../scripts/chaos/load/refresh-lane.ts'
import type { LoadRequest, Outcome } from '../../scripts/chaos/send.ts'
import { type Answer, loadAgainst } from './liar.ts'

const request: LoadRequest = { method: 'POST', target: '/token' }

function answered(status: number, headers: Readonly<Record<string, string>> = {}): Outcome {
  return { kind: 'answer', status, headers, body: '', node: 'node-2', sentAt: 1, endedAt: 2 }
}

const silence: Outcome = { kind: 'silence', cause: 'reset', node: 'node-2', sentAt: 1, endedAt: 2 }

test('RFC 9110 §10.2.3: a 503 is honest with Retry-After, and only while something is wrong', () => {
  const journal = openJournal()
  journal.note(request, answered(503, { 'retry-after': '2' }))
  assert.equal(journal.blames().length, 1)
  journal.expect({ silentNodes: [], mayRefuse: true })
  journal.note(request, answered(503, { 'retry-after': '2' }))
  assert.equal(journal.blames().length, 1)
  journal.note(request, answered(503))
  journal.note(request, answered(500))
  assert.equal(journal.blames().length, 3)
})

test('only a node that something was done to may leave a request unanswered', () => {
  const journal = openJournal()
  journal.expect({ silentNodes: ['node-2'], mayRefuse: false })
  journal.note(request, silence)
  assert.deepEqual(journal.blames(), [])
  journal.expect({ silentNodes: ['node-1'], mayRefuse: true })
  journal.note(request, silence)
  assert.equal(journal.blames().length, 1)
})

test('a token that was answered and is not active is blamed, and one that was revoked and is active', async () => {
  const isActive = { value: false }
  const load = loadAgainst(() => ({ status: 200, members: { active: isActive.value } }))
  const token = load.ledger.addToken('a-token')
  await checkToken(load, token)
  assert.match(load.journal.blames().join(), /is not active/)
  token.fate = 'ended'
  isActive.value = true
  await checkToken(load, token)
  assert.match(load.journal.blames().join(), /that was revoked is active/)
})

/** A server that gives a code and tokens to whoever asks, as often as they ask. */
function generous(answer: (form: Readonly<Record<string, string>>) => object) {
  return ({ target, form = {} }: LoadRequest): Answer => {
    if (target.startsWith('/authorize')) return { status: 303, location: `${redirectUri}?code=the-code` }
    return { status: 200, members: target === '/introspect' ? { active: true } : answer(form) }
  }
}

test('RFC 6749 §4.1.2: a code that is good twice is blamed', async () => {
  const load = loadAgainst(generous(() => ({ access_token: 'a', refresh_token: 'r' })))
  const lane = codeLane(load)
  for (let round = 0; round < 100; round++) await lane()
  assert.match(load.journal.blames().join(), /a code was good twice at once/)
  assert.match(load.journal.blames().join(), /a code was good twice, the second time/)
})

test('RFC 9700 §4.14.2: a refresh token with two successors is blamed', async () => {
  let made = 0
  const load = loadAgainst(generous(() => ({ access_token: 'a', refresh_token: `r${made++}` })))
  const lane = refreshLane(load)
  for (let round = 0; round < 200; round++) await lane()
  assert.match(load.journal.blames().join(), /a refresh token had two successors/)
  assert.match(load.journal.blames().join(), /a repeated refresh token had another successor/)
  assert.match(load.journal.blames().join(), /a refresh token was good twice/)
})

test('a refresh token that was answered last and is refused is blamed, unless an answer was lost before', async () => {
  const load = loadAgainst(() => ({ status: 400, members: { error: 'invalid_grant' } }))
  const family = load.ledger.addFamily('r')
  family.hasSilence = true
  await rotate(load, family)
  assert.deepEqual(load.journal.blames(), [])
  await rotate(load, load.ledger.addFamily('s'))
  assert.match(load.journal.blames().join(), /that was answered last was refused/)
})

test('the audit finds what was lost, and what is good that must not be', async () => {
  const load = loadAgainst(({ target }, node): Answer => {
    if (target === '/introspect') return { status: 200, members: { active: node === 'node-1' } }
    if (target === '/jwks') return { status: 200, members: { keys: [] } }
    return { status: 400, members: { error: 'invalid_grant' } }
  })
  load.ledger.addToken('lost')
  load.ledger.addToken('undead').fate = 'ended'
  load.ledger.addFamily('r')
  load.ledger.keptCodes.push({ redemption: { code: 'c' }, answeredAt: 0 })
  const { lostTokens, undeadTokens, lostFamilies, lostCodes, lostSessions } = await audit(load)
  assert.deepEqual(
    { lostTokens, undeadTokens, lostFamilies, lostCodes, lostSessions },
    { lostTokens: 1, undeadTokens: 1, lostFamilies: 1, lostCodes: 1, lostSessions: 2 },
  )
  assert.equal(load.journal.blames().filter(sentence => sentence.startsWith('the audit found')).length, 5)
})
