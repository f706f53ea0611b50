import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, type EpochSeconds, seconds } from '@ambit/protocol'
import { redeem } from '../testing/token-requests.ts'
import { testWorld } from '../testing/world.ts'
import { findAccessToken } from './find-access-token.ts'
import { stateOfAccessToken } from './standing.ts'

test('RFC 7662 §2.2: a token is good until the second in which its family ends, even where its own end is later', async () => {
  const { context, ...world } = await testWorld()
  const { access_token } = await redeem({ context, ...world })
  const found = await findAccessToken(context, access_token)
  assert.ok(found?.family)
  const { family } = found
  const now = context.clock.now()
  const stateAt = (expiresAt: EpochSeconds) =>
    stateOfAccessToken(context, { ...found, family: { ...family, expiresAt } })
  assert.equal(await stateAt(now), 'family_ended')
  assert.equal(await stateAt(after(now, seconds(1))), 'active')
})
