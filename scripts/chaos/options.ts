import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Effort } from './run-scenario.ts'
import { isOnlyOnDemand, scenarios } from './scenarios.ts'

/** What the command line asks for. */
export type Options = {
  readonly kind: 'run'
  readonly isJson: boolean
  /** The ids of what to run; empty for all. */
  readonly only: readonly string[]
  readonly effort: Effort
}

/** The usage, in words. */
export const usage = `npm run chaos -- [options]

Starts nodes and their database on this machine, puts load on them, pulls a plug, and then looks at everything that
was answered: every answered token is good, no code or refresh token was good twice, whatever could not be served was
answered 503 with Retry-After, and service is back within a stated time.

  --only <id>     only this, may be repeated; left out: all but those marked *
  --seconds <s>   how long the load lasts, the hold not counted; the plug is pulled after a third (30)
  --hold <s>      how long what is stopped stays stopped (20)
  --load <n>      measures of load, 14 connections each (1)
  --pause <ms>    how long each connection waits between two rounds of its work (10)
  --patience <s>  how long a client waits for an answer (10)
  --seed <n>      the choices of the load (1)
  --json          print the reports as JSON
  --help          this text

${scenarios.map(scenario => `  ${scenario.id.padEnd(18)}${isOnlyOnDemand(scenario) ? '*' : ' '} ${scenario.title}`).join('\n')}

Exit code: 0 when everything held, 1 when something did not, 2 when an option is wrong.

Example: npm run chaos -- --only failover --only pause-node --seconds 60
`

/** Reads the command line; a refusal is a sentence. */
export function readOptions(
  args: readonly string[],
): Options | { readonly kind: 'help' } | { readonly kind: 'refused'; readonly reason: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: flags })
    if (values.help) return { kind: 'help' }
    const { only = [], json = false } = values
    const unknown = only.find(id => !scenarios.some(scenario => scenario.id === id))
    if (unknown !== undefined) {
      const known = scenarios.map(({ id }) => id).join(', ')
      return { kind: 'refused', reason: `there is no \`${unknown}\`; wanted one of ${known}` }
    }
    const effort = {
      seconds: Number(values.seconds),
      hold: Number(values.hold),
      measures: Number(values.load),
      pause: Number(values.pause),
      patience: Number(values.patience),
      seed: Number(values.seed),
    }
    for (const [name, value] of Object.entries(effort))
      if (!(value > 0))
        return { kind: 'refused', reason: `--${name === 'measures' ? 'load' : name} wants a number above 0` }
    return { kind: 'run', isJson: json, only, effort }
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) }
  }
}

const flags = {
  only: { type: 'string', multiple: true },
  seconds: { type: 'string', default: '30' },
  hold: { type: 'string', default: '20' },
  load: { type: 'string', default: '1' },
  pause: { type: 'string', default: '10' },
  patience: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig
