import { type JudgedRule, profileNames, profiles } from '@ambit/server'
import { judgeConfig } from '../../config/check-server.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { printableLine } from '../printable.ts'
import { bold } from '../table.ts'

/** Tells each rule of a profile, its source, and whether the configuration and its clients keep it. */
export const checkProfile: Run = async (input, io) => {
  const asked = input.text('profile')
  if (asked !== undefined && !profileNames.some(name => name === asked))
    return fail(io, `\`--profile\` wants ${profileNames.join(', ')}, not \`${asked}\``, exitCodes.usage)
  const { config } = await readUnjudged(input, io)
  const { profile } = config.security
  if (profile === undefined)
    return fail(io, 'the configuration has no `profile`; name one with `--profile`', exitCodes.usage)
  const judged = judgeConfig(config)
  const shown = input.flag('broken') ? judged.filter(({ problems }) => problems.length > 0) : judged
  if (input.flag('json')) printJson(io, { profile, title: profiles[profile].title, rules: shown.map(asJson) })
  else print(io, { title: `${profile}: ${profiles[profile].title}`, shown, judged })
  return judged.some(isBroken) ? exitCodes.failed : exitCodes.done
}

/** The configuration as it would be with the profile, whatever contradicts it. */
function readUnjudged(input: CommandInput, io: CliIo) {
  const [file, profile] = [input.text('config'), input.text('profile')]
  return resolveConfig({
    folder: io.folder,
    environment: io.environment,
    isProfileJudged: false,
    ...(file !== undefined && { file }),
    ...(profile !== undefined && { overrides: [{ path: 'profile', value: profile, source: '`--profile`' }] }),
  })
}

/** How the configuration stands to a rule. */
function verdictOf({ rule, problems }: JudgedRule): 'kept' | 'broken' | 'advice' {
  if (problems.length === 0) return 'kept'
  return rule.weight === 'advice' ? 'advice' : 'broken'
}

function isBroken(judged: JudgedRule): boolean {
  return verdictOf(judged) === 'broken'
}

function asJson(judged: JudgedRule): Readonly<Record<string, unknown>> {
  const { id, says, source, always, danger } = judged.rule
  return {
    id,
    verdict: verdictOf(judged),
    says,
    source,
    ...(always !== undefined && { always }),
    ...(danger !== undefined && { danger }),
    problems: judged.problems,
  }
}

type Printing = {
  readonly title: string
  readonly shown: readonly JudgedRule[]
  readonly judged: readonly JudgedRule[]
}

function print(io: CliIo, { title, shown, judged }: Printing): void {
  io.out(`${bold(io, title)}\n`)
  for (const each of shown) {
    const { id, says, source, always, danger } = each.rule
    io.out(`\n${verdictOf(each).padEnd(6)}  ${bold(io, id)}: ${says}\n        ${source}\n`)
    if (always !== undefined) io.out(`        always so: ${always}\n`)
    if (danger !== undefined) io.out(`        danger: ${danger}\n`)
    for (const { path, message } of each.problems) io.out(`        change \`${path}\`: ${printableLine(message)}\n`)
  }
  const broken = judged.filter(isBroken).length
  io.out(`\n${judged.length} rules, ${broken === 0 ? 'all kept' : `${broken} broken`}\n`)
}
