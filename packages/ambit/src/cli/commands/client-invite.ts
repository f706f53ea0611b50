// RFC 7591 §3
import { after, seconds } from '@ambit/protocol'
import { inviteClients } from '@ambit/server'
import { type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { withStore } from '../open.ts'

const day = 86_400
const mostDays = 365
const mostUses = 10_000

/** Makes an initial access token. */
export const inviteClient: Run = (input, io) =>
  withStore(input, io, async ({ config, store, clock, crypto, path }) => {
    if (!config.features.some(({ name }) => name === 'registration'))
      return fail(io, `no client can register: \`features.registration\` is not switched on in ${path}`)
    const uses = wholeOf(input, 'uses', mostUses) ?? 1
    const days = wholeOf(input, 'days', mostDays) ?? 7
    if (Number.isNaN(uses)) return fail(io, `\`--uses\` wants a number from 1 to ${mostUses}`, exitCodes.usage)
    if (Number.isNaN(days)) return fail(io, `\`--days\` wants a number from 1 to ${mostDays}`, exitCodes.usage)
    const { catalogue } = config
    const scope = input
      .text('scope')
      ?.split(' ')
      .filter(each => each !== '')
    const unknown = catalogue.read(scope ?? []).unknown
    if (unknown.length > 0) return fail(io, `unknown scope \`${unknown.join(' ')}\``, exitCodes.usage)
    const ttl = seconds(days * day)
    const token = await inviteClients({ store, clock, crypto, catalogue }, { uses, ttl, ...(scope && { scope }) })
    const expiresAt = after(clock.now(), ttl)
    if (input.flag('json')) printJson(io, { token, uses, expiresAt, ...(scope && { scope: scope.join(' ') }) })
    else
      io.out(
        `${token}\nIt is shown this once, and good for ${count(uses, 'registration')} within ${count(days, 'day')}. Send it as \`Authorization: Bearer\`.\n`,
      )
    return exitCodes.done
  })

/** The number of an option; not a number where it is none that may be. */
function wholeOf(input: CommandInput, option: string, most: number): number | undefined {
  const text = input.text(option)
  if (text === undefined) return undefined
  const value = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN
  return value <= most ? value : Number.NaN
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
