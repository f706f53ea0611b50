import { explain, findAccessToken, locateSecret, printExplanation, type TokenExplanation } from '@ambit/server'
import { type CliIo, exitCodes, fail, printJson, type Run } from '../command.ts'
import { withStore, withStoreToRead } from '../open.ts'
import { contextFor, printable, readToken } from './why.ts'

/** Tells what a token is; the exit code tells a script whether it is active. */
export const inspectToken: Run = (input, io) =>
  withStoreToRead(input, io, async opened => {
    const explanation = await explain(await contextFor(opened), await readToken(input, io))
    if (explanation?.kind !== 'token') return unknownToken(input.flag('json'), io)
    if (input.flag('json')) printJson(io, { active: explanation.state === 'active', ...membersOf(explanation) })
    else io.out(`${printable(printExplanation(explanation))}\n`)
    return explanation.state === 'active' ? exitCodes.done : exitCodes.missing
  })

/** Takes a token back: an access token alone, a refresh token or code with all that its authorization gave. */
export const revokeToken: Run = (input, io) =>
  withStore(input, io, async opened => {
    const { store, clock, crypto } = opened
    const text = await readToken(input, io)
    const accessToken = await findAccessToken(await contextFor(opened), text)
    if (accessToken) {
      await store.revokeAccessToken(accessToken.record.ref, clock.now())
      return revoked('access_token', input.flag('json'), io)
    }
    for (const kind of ['refresh_token', 'code'] as const) {
      const ref = locateSecret(crypto, kind, text)
      const found = ref && (await store.findSpendable(ref, kind))
      if (!found) continue
      await store.revokeFamilies({ familyId: found.record.familyId }, clock.now())
      return revoked(kind, input.flag('json'), io)
    }
    return unknownToken(input.flag('json'), io)
  })

const revokedWords = {
  access_token: 'the access token is revoked; others of the same authorization are not',
  refresh_token: 'the refresh token is revoked, with every token of the same authorization',
  code: 'the code is revoked, with every token that came from it',
} as const

function revoked(kind: keyof typeof revokedWords, isJson: boolean, io: CliIo): number {
  if (isJson) printJson(io, { revoked: kind })
  else io.out(`${revokedWords[kind]}\n`)
  return exitCodes.done
}

function unknownToken(isJson: boolean, io: CliIo): number {
  if (!isJson) return fail(io, 'the token is unknown, or expired and swept away', exitCodes.missing)
  printJson(io, { active: false })
  return exitCodes.missing
}

function membersOf({ kind: _kind, of, ...members }: TokenExplanation): Readonly<Record<string, unknown>> {
  return { type: of, ...members }
}
