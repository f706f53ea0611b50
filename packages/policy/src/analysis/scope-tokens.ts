import type { Catalogue, ParameterType, ScopeSet } from '@ambit/scope'
import type { PolicyModel } from '../model.ts'

/** Lists the scope-tokens that the requirements of a policy name, each once. */
function neededTokens({ actions }: PolicyModel): readonly string[] {
  const alternatives = [...actions.values()].flatMap(({ requirement }) => requirement.anyOf)
  return [...new Set(alternatives.flatMap(({ tokens }) => tokens))]
}

/**
 * Lists the tokens between which policies can tell: each declared scope without parameters, and of the others each
 * instance with values that the policies name, and one further value for each parameter. Any other instance reaches just
 * what the one with the further value reaches, so what holds for the listed tokens holds for all.
 */
export function distinctTokens(...policies: readonly PolicyModel[]): readonly string[] {
  const needed = new Set(policies.flatMap(neededTokens))
  const named = new Set(policies.flatMap(({ catalogue }) => [...needed].flatMap(token => valuesOf(catalogue, token))))
  return [...new Set(policies.flatMap(({ catalogue }) => tokensOf(catalogue, named)))]
}

/** Makes a set of tokens that another catalogue may have named; those it does not know are left out. */
export function setOf(catalogue: Catalogue, tokens: readonly string[]): ScopeSet {
  return catalogue.read(tokens).scope
}

function tokensOf(catalogue: Catalogue, values: ReadonlySet<string>): readonly string[] {
  return catalogue.names.flatMap(name => {
    if (parametersOf(name).length === 0) return [name]
    return instancesOf(catalogue, name, values).filter(token => catalogue.definition(token)?.name === name)
  })
}

function valuesOf(catalogue: Catalogue, token: string): readonly string[] {
  const parts = token.split(':')
  const segments = (catalogue.definition(token)?.name ?? '').split(':')
  return segments.flatMap((segment, index) => (parametersOf(segment).length === 0 ? [] : [parts[index] ?? '']))
}

function instancesOf(catalogue: Catalogue, name: string, named: ReadonlySet<string>): readonly string[] {
  const types = catalogue.definition(name)?.parameters ?? {}
  let tokens: readonly string[] = [name]
  for (const parameter of parametersOf(name)) {
    const values = new Set([...named, ...furtherValues(types[parameter] ?? 'string', named)])
    tokens = tokens.flatMap(token => [...values].map(value => token.replace(`{${parameter}}`, () => value)))
  }
  return tokens
}

// the values of a list are all there are; of the endless kinds one more stands for all that are not named
function furtherValues(type: ParameterType, named: ReadonlySet<string>): readonly string[] {
  if (typeof type !== 'string') return type
  for (let count = 0; ; count++) {
    const value = type === 'uuid' ? `00000000-0000-4000-8000-${count.toString().padStart(12, '0')}` : `${count}`
    if (!named.has(value)) return [value]
  }
}

function parametersOf(name: string): readonly string[] {
  return Array.from(name.matchAll(/\{([A-Za-z][A-Za-z0-9_]*)\}/g), match => match[1] ?? '')
}
