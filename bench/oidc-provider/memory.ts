/** What oidc-provider stores: its payload, of which the adapter reads these members. */
type Payload = { grantId?: string; uid?: string; userCode?: string; consumed?: number; [member: string]: unknown }

/** As many records as are kept, the longest unused go first; the provider's own adapter for development keeps 1000. */
const limit = 20_000
const records = new Map<string, { readonly payload: Payload; readonly expiresAt: number }>()
const keysByGrant = new Map<string, Set<string>>()
const sessionKeyByUid = new Map<string, string>()

function remove(key: string): void {
  const payload = records.get(key)?.payload
  if (!payload) return
  records.delete(key)
  if (payload.uid && sessionKeyByUid.get(payload.uid) === key) sessionKeyByUid.delete(payload.uid)
  if (!payload.grantId) return
  const keys = keysByGrant.get(payload.grantId)
  keys?.delete(key)
  if (keys?.size === 0) keysByGrant.delete(payload.grantId)
}

function find(key: string): Payload | undefined {
  const record = records.get(key)
  if (!record) return undefined
  records.delete(key)
  if (record.expiresAt <= Date.now()) return undefined
  records.set(key, record)
  return record.payload
}

function save(key: string, payload: Payload, ttl: number | undefined): void {
  records.delete(key)
  records.set(key, { payload, expiresAt: ttl ? Date.now() + ttl * 1000 : Number.POSITIVE_INFINITY })
  const [oldest] = records.keys()
  if (records.size > limit && oldest) remove(oldest)
}

function indexGrant(key: string, grantId: string): void {
  const keys = keysByGrant.get(grantId)
  if (keys) keys.add(key)
  else keysByGrant.set(grantId, new Set([key]))
}

/** oidc-provider's adapter on plain maps, bounded, with constant time for each step: as light as storage can be for it. */
export function createMemoryAdapter(model: string): object {
  const keyOf = (id: string) => `${model}:${id}`
  return {
    upsert: async (id: string, payload: Payload, ttl?: number) => {
      const key = keyOf(id)
      save(key, payload, ttl)
      if (model === 'Session' && payload.uid) sessionKeyByUid.set(payload.uid, key)
      if (payload.grantId) indexGrant(key, payload.grantId)
    },
    find: async (id: string) => find(keyOf(id)),
    findByUid: async (uid: string) => find(sessionKeyByUid.get(uid) ?? ''),
    destroy: async (id: string) => remove(keyOf(id)),
    consume: async (id: string) => {
      const payload = find(keyOf(id))
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    revokeByGrantId: async (grantId: string) => {
      for (const key of keysByGrant.get(grantId) ?? []) remove(key)
    },
  }
}
