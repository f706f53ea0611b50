import type { Store } from '@ambit/server'
import {
  at,
  makeAccessToken,
  makeClientToken,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
  parseFamilyId,
} from './records.ts'

/** For how many minutes the families of {@link issueForOneMinute} live. */
export const familyMinutes = 15

/** Tokens of machines that live for five minutes; logins whose families are rotated twice and live for fifteen. */
export async function issueForOneMinute(store: Store, minute: number): Promise<void> {
  const indexes = Array.from({ length: 60 }, (_, index) => index)
  const now = at(minute * 60)
  const ref = (name: string, index: number) =>
    makeRef(`${name} ${minute} ${index}`.padEnd(43, '.'), now * 1_000 + index)
  const expiresAt = at((minute + 5) * 60)
  await Promise.all(indexes.map(index => store.saveAccessToken(makeClientToken({ ref: ref('own', index), expiresAt }))))
  await Promise.all(
    indexes.slice(0, 20).map(async index => {
      const familyId = parseFamilyId(`family ${minute} ${index}`)
      const family = makeFamily({ familyId, expiresAt: at((minute + familyMinutes) * 60) })
      const refreshToken = (generation: number) =>
        makeRefreshToken({ ref: ref(`refresh ${generation}`, index), familyId, expiresAt })
      const accessToken = (generation: number) =>
        makeAccessToken({ ref: ref(`access ${generation}`, index), familyId, expiresAt })
      await store.saveCode(makeCode({ ref: ref('code', index), familyId, expiresAt }))
      const redeemed = { family, refreshToken: refreshToken(0), accessToken: accessToken(0) }
      await store.exchange(makeSpending({ ref: ref('code', index), at: now }), redeemed)
      for (const generation of [1, 2])
        await store.exchange(makeRefreshing({ ref: refreshToken(generation - 1).ref, at: now }), {
          refreshToken: refreshToken(generation),
          accessToken: accessToken(generation),
        })
    }),
  )
}
