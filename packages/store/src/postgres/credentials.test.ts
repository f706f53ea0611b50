import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import {
  at,
  makeRef,
  parseClientId,
  parseFamilyId,
  parseRequestId,
  parseSessionId,
  parseUserId,
  start,
} from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { unstorableTexts } from './testing/unstorable-texts.ts'

describe('codes and tokens that are asked for by a text which no database can hold', { skip: noDatabase }, () => {
  let store: Store
  before(async () => {
    store = await postgresStore({ url: await emptyDatabase() })
  })
  after(() => store?.close())

  for (const [what, text] of unstorableTexts)
    test(`RFC 7009 §2.2: ${what} finds none, and revokes none`, async () => {
      const [userId, clientId, ref] = [parseUserId(text), parseClientId(text), makeRef(text)]
      assert.equal(await store.findAccessToken(ref), undefined)
      assert.equal(await store.findSpendable(ref, 'code'), undefined)
      assert.equal(await store.findSpendable(ref, 'refresh_token'), undefined)
      assert.deepEqual(await store.findTokensOfRequest(parseRequestId(text), [0, at(0) * 1_000]), [])
      assert.deepEqual(await store.findStatusTokens({ userId }, start), [])
      assert.deepEqual(await store.findStatusTokens({ userId: parseUserId('ada'), clientId }, start), [])
      for (const selection of [
        { userId },
        { userId: parseUserId('ada'), clientId },
        { sessionId: parseSessionId(text) },
        { familyId: parseFamilyId(text) },
      ])
        assert.equal(await store.revokeFamilies(selection, start), 0)
    })
})
