import type { EpochSeconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import type { Database } from '../../../packages/store/src/postgres/node/database.ts'
import type { Statement } from '../../../packages/store/src/postgres/node/statement.ts'

type Use = { readonly familyId: string; readonly at: EpochSeconds }

/** The store of the next program: it notes when an authorization was used last, and reads it whenever one of its tokens is looked at. */
export function storeWithLastUse(store: Store, db: Database): Store {
  const noteUse = db.write(noteUseStatement)
  const findUse = db.read(findUseStatement)
  return {
    ...store,
    exchange: async (spending, issued) => {
      const result = await store.exchange(spending, issued)
      const familyId = issued.accessToken?.familyId
      if (result.kind === 'spent' && familyId !== undefined) await noteUse({ familyId, at: spending.at })
      return result
    },
    findAccessToken: async ref => {
      const found = await store.findAccessToken(ref)
      const usedAt = found?.family && (await findUse(found.family.familyId))
      if (Number.isNaN(usedAt)) throw new Error('`last_used_at` is no time')
      return found
    },
  }
}

const noteUseStatement: Statement<Use, void> = {
  name: 'note_use',
  input: { family_id: 'text', at: 'bigint' },
  sql: input => `WITH input AS (${input}), used AS (
      UPDATE family SET last_used_at = input.at FROM input WHERE family.family_id = input.family_id RETURNING family.family_id
    )
    SELECT 0 AS n WHERE false`,
  values: ({ familyId, at }) => [familyId, at],
  keys: ({ familyId }) => [familyId],
  parse: () => undefined,
}

const findUseStatement: Statement<string, number | undefined> = {
  name: 'find_use',
  input: { family_id: 'text' },
  sql: input => `SELECT i.n, f.last_used_at FROM (${input}) AS i JOIN family AS f ON f.family_id = i.family_id`,
  values: familyId => [familyId],
  parse: ([row]) => (row?.['last_used_at'] === null ? undefined : Number(row?.['last_used_at'])),
}
