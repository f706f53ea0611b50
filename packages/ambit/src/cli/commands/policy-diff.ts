import { diff, type PictureMark, type PolicyDiff, type ReachChange, type RulesDiff } from '@ambit/policy'
import { readPolicy } from '../../policy/read-question.ts'
import { writePicture } from '../../policy/write-picture.ts'
import { type CliIo, exitCodes, fail, printJson, type Run } from '../command.ts'
import { bold } from '../table.ts'

const failures = ['widened', 'narrowed', 'changed'] as const

/** Tells what a change of a policy opens and closes. */
export const compareVersions: Run = async (input, io) => {
  const failOn = input.text('failOn')
  const wanted = failures.find(each => each === failOn)
  if (failOn !== undefined && wanted === undefined)
    return fail(io, `\`--fail-on ${failOn}\`: one of ${failures.join(', ')} is wanted`, exitCodes.usage)
  const [before, after] = [await readPolicy(input, io, 0), await readPolicy(input, io, 1)]
  const changes = diff(before.model, after.model)
  await writePicture(input, io, { model: after.model, title: 'What changed', actions: marksOf(changes) })
  if (input.flag('json')) printJson(io, changes)
  else print(io, changes)
  if (wanted === undefined || !has(changes, wanted)) return exitCodes.done
  return fail(io, `\`--fail-on ${wanted}\`: it did, or it cannot be told that it did not`)
}

/** Where it cannot be told whether rules widened, they are held to have done so. */
function has({ widened, narrowed, rules, coverage }: PolicyDiff, wanted: (typeof failures)[number]): boolean {
  const isWider = widened.length > 0 || rules.some(({ widens }) => widens !== 'no')
  const isNarrower = narrowed.length > 0 || rules.some(({ narrows }) => narrows !== 'no')
  if (wanted === 'widened') return isWider
  if (wanted === 'narrowed') return isNarrower
  return isWider || isNarrower || rules.length > 0 || coverage.gained.length > 0 || coverage.lost.length > 0
}

/** What became of each action; an action that is gone has no row. */
function marksOf({ widened, narrowed, rules }: PolicyDiff): ReadonlyMap<string, PictureMark> {
  const [wider, narrower] = [widened, narrowed].map(changes => new Set(changes.map(({ action }) => action)))
  const all = [...(wider ?? []), ...(narrower ?? []), ...rules.map(({ action }) => action)]
  return new Map(
    all.map(action => {
      const words = [...(wider?.has(action) ? ['widened'] : []), ...(narrower?.has(action) ? ['narrowed'] : [])]
      return [action, { tone: wider?.has(action) ? 'bad' : 'warn', label: words.join(', ') || 'rules changed' }]
    }),
  )
}

function print(io: CliIo, { widened, narrowed, rules, coverage }: PolicyDiff): void {
  const covered = ({ held, reached }: PolicyDiff['coverage']['gained'][number]) => `${held} covers ${reached}`
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['widened: possible now, and not before', widened.map(tell)],
    ['narrowed: possible before, and not now', narrowed.map(tell)],
    ['rules that changed', rules.map(tellRules)],
    ['covered now, and not before', coverage.gained.map(covered)],
    ['covered before, and not now', coverage.lost.map(covered)],
  ]
  const filled = sections.filter(([, lines]) => lines.length > 0)
  if (filled.length === 0) io.out('nothing changed in what tokens reach\n')
  for (const [title, lines] of filled) {
    io.out(`${bold(io, title)}\n`)
    for (const line of lines) io.out(`  ${line}\n`)
  }
}

function tell(change: ReachChange): string {
  if (change.kind === 'rules') return `${change.action}: for example with ${JSON.stringify(change.example)}`
  const sets = change.sets.map(tokens => tokens.join(' ') || 'a token of any scope').join(', or ')
  const more = change.kind === 'scope' && !change.isComplete ? ', and others' : ''
  return `${change.action}${change.kind === 'action' ? ' (the action itself)' : ''}: by ${sets}${more}`
}

const answers = { yes: 'yes', no: 'no', unknown: 'cannot be told' } as const

function tellRules({ action, rules, widens, narrows }: RulesDiff): string {
  const changed = rules.map(({ change, kind, name }) => `${change} ${kind} \`${name}\``).join(', ') || 'another order'
  return `${action}: ${changed}; widens: ${answers[widens]}, narrows: ${answers[narrows]}`
}
