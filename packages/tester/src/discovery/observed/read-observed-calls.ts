// HTTP Archive 1.2; RFC 9068 §2.2
import type { ObservedClient } from '../../target/target.ts'
import { readHar } from './read-har.ts'
import { readLog } from './read-log.ts'

/** What is known of a recording beside its text. */
export type ObservedOptions = {
  /** The file, for people. */
  readonly source: string
  /** What clients ask for, by their identifier; the recording itself often shows it. */
  readonly scope?: Readonly<Record<string, readonly string[]>>
}

/** One call that a recording shows. No token is kept of it. */
export type ObservedCall = {
  readonly method: string
  readonly path: string
  /** Who made it, where that can be seen. */
  readonly client?: string
  /** What its token held. */
  readonly scope: readonly string[]
}

/** What clients asked for, and what they called. */
export type ObservedReading = { readonly clients: readonly ObservedClient[]; readonly notes: readonly string[] }

/** Whom calls belong to that do not show who made them. */
const anybody = 'the callers'

/**
 * Reads what clients called with success, and what they asked for, from a HAR file or an access log (common and combined
 * format, or JSON lines).
 * @example
 * const { clients } = readObservedCalls(await readFile('calls.har', 'utf8'), { source: 'calls.har' })
 */
export function readObservedCalls(text: string, { source, scope = {} }: ObservedOptions): ObservedReading {
  const read = readHar(text) ?? readLog(text)
  const groups = Map.groupBy(read.calls, ({ client }) => client ?? anybody)
  const names = [...new Set([...groups.keys(), ...read.asked.keys()])]
  const clients = names.map((client): ObservedClient => {
    const calls = groups.get(client) ?? []
    const seen = [...(read.asked.get(client) ?? []), ...calls.flatMap(call => call.scope)]
    const known = Object.hasOwn(scope, client) ? scope[client] : undefined
    return {
      client,
      source,
      scope: [...new Set(known ?? seen)],
      calls: once(calls).map(({ method, path }) => ({ method, path })),
    }
  })
  const notes = read.unread === 0 ? [] : [`${source}: ${read.unread} entries could not be read`]
  return { clients: clients.filter(({ calls }) => calls.length > 0), notes }
}

function once(calls: readonly ObservedCall[]): readonly ObservedCall[] {
  return [...new Map(calls.map(call => [`${call.method} ${call.path}`, call])).values()]
}

/** What a recording shows. */
export type Recording = {
  readonly calls: readonly ObservedCall[]
  /** Scope that clients asked for at the authorization server. */
  readonly asked: ReadonlyMap<string, readonly string[]>
  readonly unread: number
}
