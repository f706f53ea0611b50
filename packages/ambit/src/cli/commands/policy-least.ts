import { type LeastScopes, type LeastScopesOptions, leastScopes, type PictureMark } from '@ambit/policy'
import type { Catalogue, ScopeSet } from '@ambit/scope'
import { ConfigError } from '../../config/config-error.ts'
import { failUnknownAction, readPolicy } from '../../policy/read-question.ts'
import { writePicture } from '../../policy/write-picture.ts'
import { type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { printFacts } from '../table.ts'

/** Finds the least set of scopes for some actions. */
export const findLeastScopes: Run = async (input, io) => {
  const policy = await readPolicy(input, io)
  const actions = input.words(1)
  const unknown = actions.find(action => !policy.model.actions.has(action))
  if (unknown !== undefined) return failUnknownAction(io, policy, unknown)
  const least = leastScopes(policy.model, actions, optionsOf(input, policy.model.catalogue))
  if (least.kind !== 'least') return fail(io, tellWhyNot(least))
  const { scope, further } = least
  await writePicture(input, io, {
    model: policy.model,
    title: `The least scope for ${actions.join(', ')}`,
    actions: new Map<string, PictureMark>([
      ...actions.map(name => [name, { tone: 'good', label: 'asked for' }] as const),
      ...further.map(name => [name, { tone: 'warn', label: 'opened as well' }] as const),
    ]),
    scopes: new Map(scope.tokens.map(name => [name, { tone: 'good', label: 'least' }])),
  })
  if (input.flag('json')) printJson(io, { actions, scope: scope.tokens, further })
  else
    printFacts(io, [
      ['scope', scope.tokens.join(' ') || 'none: any good token does'],
      ['opens as well', further.join(' ') || 'nothing else'],
    ])
  return exitCodes.done
}

function tellWhyNot(answer: Exclude<LeastScopes, { kind: 'least' }>): string {
  if (answer.kind === 'too_many') return 'more scopes play a part than can be weighed; ask about fewer actions'
  return `no scope that may be chosen opens ${answer.actions.map(name => `\`${name}\``).join(', ')}`
}

function optionsOf(input: CommandInput, catalogue: Catalogue): LeastScopesOptions {
  const [grantType, ceiling] = [input.text('grantType'), input.text('ceiling')]
  return {
    ...(grantType !== undefined && { grantType }),
    ...(ceiling !== undefined && { ceiling: readCeiling(catalogue, ceiling) }),
  }
}

function readCeiling(catalogue: Catalogue, text: string): ScopeSet {
  const parsed = catalogue.parse(text)
  const problem = parsed.ok
    ? parsed.value.unknown.map(token => `unknown scope \`${token}\``).join(', ')
    : parsed.error.message
  if (!parsed.ok || problem !== '') throw new ConfigError([{ path: '--ceiling', message: problem }], 'the question')
  return parsed.value.scope
}
