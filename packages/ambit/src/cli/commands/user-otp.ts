// RFC 6238
import { timeBasedCodes, type UserRecord } from '@ambit/server'
import type { Config } from '../../config/config.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { type Opened, withStore } from '../open.ts'
import { missing } from './user.ts'

/** Lets a user log in with one-time codes, or takes them away; in both cases the sessions of before end. */
export const enrolUser: Run = (input, io) =>
  withStore(input, io, async opened => {
    const user = await opened.store.findUserByName(input.argument(0))
    if (!user) return missing(io, input.argument(0))
    return input.flag('remove') ? remove(io, opened, user) : enrol(input, io, { ...opened, user })
  })

async function enrol(input: CommandInput, io: CliIo, to: Opened & { readonly user: UserRecord }): Promise<number> {
  const { config, store, clock, user } = to
  const { sealingKey } = config.keys
  if (!config.oneTimeCodes || sealingKey === undefined)
    return fail(io, 'one-time codes are off; set `oneTimeCodes: true` and a key to seal with (`ambit key seal`)')
  const { sealedSecret, secret } = timeBasedCodes(sealingKey).enrol(user.userId)
  const always = input.flag('always') || user.oneTimeCode?.isAlways ? { isAlways: true } : {}
  await store.saveUser({ ...user, oneTimeCode: { sealedSecret, enrolledAt: clock.now(), ...always } })
  await store.deleteSessionsOf(user.userId)
  const uri = uriOf(config, user.username, secret)
  if (input.flag('json')) printJson(io, { username: user.username, uri })
  else io.out(`${uri}\nIt is shown this once. Type it into an authenticator app, or show it to one as a QR code.\n`)
  return exitCodes.done
}

async function remove(io: CliIo, { store }: Opened, user: UserRecord): Promise<number> {
  const { oneTimeCode, ...left } = user
  if (oneTimeCode === undefined) return fail(io, `user \`${user.username}\` has no one-time codes`, exitCodes.missing)
  await store.saveUser(left)
  await store.deleteSessionsOf(user.userId)
  io.out(`user ${user.username} logs in without one-time codes; their sessions have ended\n`)
  return exitCodes.done
}

/** What authenticator apps read; the values after the secret are those that all of them take for granted. */
function uriOf({ pages, issuer = 'http://localhost' }: Config, username: string, secret: string): string {
  const name = pages.brand?.name ?? new URL(issuer).hostname
  const label = `${encodeURIComponent(name)}:${encodeURIComponent(username)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(name)}&algorithm=SHA1&digits=6&period=30`
}
