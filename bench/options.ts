import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Effort } from './measure.ts'
import { works } from './works.ts'

/** What the command line asks for. */
export type Options = {
  readonly kind: 'run'
  readonly isJson: boolean
  /** The ids of the work to do; empty for all. */
  readonly only: readonly string[]
  /** Parts of the names of the servers that take part; empty for all. */
  readonly servers: readonly string[]
  readonly effort: Effort
  /** The part of a processor that each process of a server may use, where all processors are shared. */
  readonly share?: number
}

/** The ids of the comparisons that need no server: the scope language, and policies, with their peers. */
export const matches = ['scope', 'policy'] as const

const ids = [...works.map(({ id }) => id), ...matches]

export const usage = `usage: npm run bench -- [options]

Measures Ambit against oidc-provider 9, its guard against express-oauth2-jwt-bearer, jose
and fast-jwt, and both against a bare server that does the same work with nothing around
it, in interleaved rounds, each server on one processor and the load on another. Stores are
SQLite, and a PostgreSQL that is started for the run beside the load and waits for the
disk at each commit; the works that end in -workers share all processors. Policies are
measured against Cedar, casbin and CASL. Prints medians and ratios.

  --json             print rows { work, ours, peer, peerName, ratio } as JSON
  --only <work>      only this work, may be repeated: ${ids.join(', ')}
  --server <name>    only servers with this in their name, may be repeated
  --rounds <n>       rounds for each server (4)
  --seconds <s>      seconds for each round (0.75)
  --share <part>     at works that end in -workers, the part of a processor that each process of a
                     server may use, from 0.1 to 1, so that load and database find one free: as
                     if each worker had a small processor of its own; wants Linux and root
  --connections <n>  connections that are kept busy (32)
  --help             show this
`

/** Reads the command line; a refusal is a sentence. */
export function readOptions(
  args: readonly string[],
): Options | { readonly kind: 'help' } | { readonly kind: 'refused'; readonly reason: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: flags })
    const { json = false, only = [], server = [] } = values
    if (values.help) return { kind: 'help' }
    const unknown = only.find(id => !ids.includes(id))
    if (unknown) return { kind: 'refused', reason: `unknown work \`${unknown}\`; known are ${ids.join(', ')}` }
    const effort = {
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      connections: Number(values.connections),
    }
    for (const [name, value] of Object.entries(effort)) {
      if (!(value > 0)) return { kind: 'refused', reason: `--${name} wants a number above 0` }
    }
    const share = readShare(values.share, only)
    if (share.refused !== undefined) return { kind: 'refused', reason: share.refused }
    return { kind: 'run', isJson: json, only, servers: server, effort, ...share }
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) }
  }
}

function readShare(text: string | undefined, only: readonly string[]) {
  if (text === undefined) return {}
  const share = Number(text)
  if (!(share >= 0.1 && share <= 1)) return { refused: '--share wants a number from 0.1 to 1' }
  const isForAll = only.length > 0 && only.every(id => works.some(work => work.id === id && work.isShared))
  return isForAll ? { share } : { refused: '--share is for works that end in -workers: name them with --only' }
}

const flags = {
  json: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  server: { type: 'string', multiple: true },
  rounds: { type: 'string', default: '4' },
  seconds: { type: 'string', default: '0.75' },
  connections: { type: 'string', default: '32' },
  share: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig
