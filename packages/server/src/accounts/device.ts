import type { ServerContext } from '../context.ts'
import type { UserRecord } from '../ports/records.ts'
import { settledSecret } from '../settled.ts'

type World = Pick<ServerContext, 'store' | 'crypto'>

/**
 * Makes what a browser keeps to be known again after a login by this user: its wrong passwords are counted apart, so
 * nobody else can use up its tries. It dies with the password.
 */
export async function makeDevice(world: World, user: UserRecord): Promise<string> {
  const id = world.crypto.random(16)
  return `${id}.${await proofOf(world, user, id)}`
}

/** The id of a device that this user has logged in from, or `undefined`. */
export async function findDevice(
  world: World,
  user: UserRecord,
  device: string | undefined,
): Promise<string | undefined> {
  const [id, proof, ...rest] = device?.split('.') ?? []
  if (id === undefined || proof === undefined || rest.length > 0 || id.length !== 22) return undefined
  return world.crypto.isEqual(proof, await proofOf(world, user, id)) ? id : undefined
}

async function proofOf(world: World, user: UserRecord, id: string): Promise<string> {
  const key = await settledSecret(world, 'device-key')
  return world.crypto.hmac(key, `device\n${id}\n${user.userId}\n${user.passwordChangedAt}`)
}
