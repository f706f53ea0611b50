import type { OptionsProblem } from '../options-error.ts'
import { profiles } from './list.ts'
import type { ClientProblem, JudgedClient, JudgedServer, ProfileName, ProfileRule } from './profile.ts'

/** A rule, and everything that contradicts it. */
export type JudgedRule = { readonly rule: ProfileRule; readonly problems: readonly OptionsProblem[] }

/** A client that is judged, and where it stands: `clients[0]`. */
export type PlacedClient = { readonly client: JudgedClient; readonly path: string }

/** Judges a server, and the clients that it shall have, by each rule of a profile. */
export function judgeProfile(
  name: ProfileName,
  server: JudgedServer,
  clients: readonly PlacedClient[] = [],
): readonly JudgedRule[] {
  return profiles[name].rules.map(rule => ({
    rule,
    problems: [
      ...(rule.findProblems?.(server) ?? []),
      ...clients.flatMap(({ client, path }) => problemsAt(path, rule.findClientProblems?.(client) ?? [])),
    ],
  }))
}

/** What contradicts a profile, each with the rule that it breaks and where that rule comes from. */
export function findContradictions(judged: readonly JudgedRule[]): readonly OptionsProblem[] {
  return judged
    .filter(({ rule }) => rule.weight !== 'advice')
    .flatMap(({ rule, problems }) => problems.map(problem => withRule(rule, problem)))
}

/** A problem of a client, with the rule that it breaks. */
export type BrokenRule = ClientProblem & { readonly rule: ProfileRule }

/** What of a client contradicts a profile. A registration that finds any is refused. */
export function findClientProblems(name: ProfileName, client: JudgedClient): readonly BrokenRule[] {
  return profiles[name].rules
    .filter(({ weight }) => weight !== 'advice')
    .flatMap(rule => (rule.findClientProblems?.(client) ?? []).map(problem => ({ ...problem, rule })))
}

function withRule({ id, source }: ProfileRule, { path, message }: OptionsProblem): OptionsProblem {
  return { path, message: `${message} (rule \`${id}\`, ${source})` }
}

function problemsAt(path: string, problems: readonly ClientProblem[]): readonly OptionsProblem[] {
  return problems.map(({ member, message }) => ({ path: path === '' ? member : `${path}.${member}`, message }))
}
