import { isSigningAlgorithm, type SigningAlgorithm } from '@ambit/protocol'
import type { KeyRecord, KeyRing } from '@ambit/server'
import { openKeyRing } from '../../serve/assemble.ts'
import { exitCodes, fail, printJson, type Run } from '../command.ts'
import { type Opened, withStore, withStoreToRead } from '../open.ts'
import { printTable, printTime } from '../table.ts'

/** Lists the signing keys, newest first. */
export const listKeys: Run = (input, io) =>
  withStoreToRead(input, io, async ({ store, clock }) => {
    const keys = (await store.listKeys()).toSorted((a, b) => b.activeAt - a.activeAt)
    const listed = keys.map(key => describe(key, keys, clock.now()))
    if (input.flag('json')) printJson(io, listed)
    else printTable(io, ['key', 'algorithm', 'state', 'signs from', 'leaves', 'sealed'], listed.map(rowOf))
    return exitCodes.done
  })

/** Makes the next key of each algorithm, or of one. */
export const rotateKeys: Run = (input, io) =>
  withStore(input, io, async opened => {
    const algorithm = input.text('algorithm')
    if (algorithm !== undefined && !isSigningAlgorithm(algorithm))
      return fail(
        io,
        `\`${algorithm}\` is no signature algorithm; ES256, EdDSA, RS256 or PS256 is wanted`,
        exitCodes.usage,
      )
    const ring = await openRing(opened)
    const algorithms: readonly SigningAlgorithm[] = algorithm === undefined ? ring.algorithms : [algorithm]
    const made = await rotateAll(ring, algorithms)
    const keys = await opened.store.listKeys()
    const listed = keys.filter(key => made.includes(key.kid)).map(key => describe(key, keys, opened.clock.now()))
    if (input.flag('json')) printJson(io, listed)
    else for (const key of listed) io.out(`${key.algorithm}: ${key.kid} signs from ${printTime(key.activeAt)}\n`)
    return exitCodes.done
  })

/** Removes a key at once; where it was the last of its algorithm, another takes its place. */
export const removeKey: Run = (input, io) =>
  withStore(input, io, async opened => {
    const kid = input.argument(0)
    const isRemoved = await opened.store.deleteKey(kid)
    if (!isRemoved)
      return fail(io, `there is no key \`${kid}\`; \`ambit key list\` shows which there are`, exitCodes.missing)
    const ring = await openRing(opened)
    await replaceMissing(ring, opened)
    io.out(`key ${kid} is removed; what it signed is no longer good\n`)
    return exitCodes.done
  })

function openRing({ config, store, clock }: Opened): Promise<KeyRing> {
  return openKeyRing(config, { store, clock, observe: () => {} })
}

async function rotateAll(ring: KeyRing, algorithms: readonly SigningAlgorithm[]): Promise<readonly string[]> {
  const made: string[] = []
  for (const algorithm of algorithms) made.push(await ring.rotateNow(algorithm))
  return made
}

/** A key that is only announced cannot sign yet, so an algorithm may be left without one that does. */
async function replaceMissing(ring: KeyRing, { store, clock }: Opened): Promise<void> {
  const now = clock.now()
  const signing = new Set((await store.listKeys()).filter(key => key.activeAt <= now).map(key => key.algorithm))
  for (const algorithm of ring.algorithms.filter(each => !signing.has(each)))
    await ring.rotateNow(algorithm, 'compromise')
}

type Described = Pick<KeyRecord, 'kid' | 'algorithm' | 'createdAt' | 'activeAt' | 'retiredAt' | 'removedAt'> & {
  readonly state: 'announced' | 'signing' | 'retired'
  readonly isSealed: boolean
}

function describe(key: KeyRecord, keys: readonly KeyRecord[], now: number): Described {
  const { publicJwk: _publicJwk, privateKey, ...members } = key
  const active = keys.filter(each => each.algorithm === key.algorithm && each.activeAt <= now)
  const newest = Math.max(...active.map(each => each.activeAt))
  const reached = key.activeAt === newest ? 'signing' : 'retired'
  return { ...members, state: key.activeAt > now ? 'announced' : reached, isSealed: privateKey.sealed }
}

function rowOf({ kid, algorithm, state, activeAt, removedAt, isSealed }: Described): readonly string[] {
  return [
    kid,
    algorithm,
    state,
    printTime(activeAt),
    removedAt === undefined ? '' : printTime(removedAt),
    isSealed ? 'yes' : 'no',
  ]
}
