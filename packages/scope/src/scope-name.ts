import type { Report } from './catalogue-error.ts'
import type { ScopeDefinition } from './declaration.ts'
import { acceptsValue, type ParameterType, typesOverlap } from './parameter.ts'
import { isScopeToken } from './scope-value.ts'
import type { Verbs } from './verbs.ts'

/** One place in a name: a fixed text, or a parameter. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly type: ParameterType }

/** A declared name, taken apart. */
export type ScopeName = {
  readonly text: string
  /** What stands between the colons; a URI, or a name with an empty segment, is one segment. */
  readonly segments: readonly Segment[]
  readonly parameters: readonly string[]
  /** The verb in which the name ends; a name of one segment ends in none. */
  readonly verb: string | undefined
}

/** The values of an instance's parameters, by parameter. */
export type ParameterValues = Readonly<Record<string, string>>

/** Takes a declared name apart and reports what is wrong with it. */
export function readScopeName(definition: ScopeDefinition, verbs: Verbs, report: Report): ScopeName | undefined {
  const { name } = definition
  const at = `scopes.${name}`
  if (!isScopeToken(name)) {
    report(at, 'a scope-token is wanted: visible ASCII without quotation mark and backslash')
    return undefined
  }
  const segments: Segment[] = []
  for (const text of splitName(name)) {
    const segment = readSegment(text, definition, report)
    if (segment === undefined) return undefined
    segments.push(segment)
  }
  const parameters = segments.flatMap(segment => (segment.kind === 'parameter' ? [segment.name] : []))
  reportParameters(definition, parameters, report)
  const last = segments.at(-1)
  if (last?.kind === 'parameter') reportVerbValues(definition, { last, verbs }, report)
  const verb = segments.length > 1 && last?.kind === 'literal' && verbs.has(last.text) ? last.text : undefined
  return { text: name, segments, parameters, verb }
}

/** Splits a name or token at its colons; a URI and a name with an empty segment stay whole. */
export function splitName(text: string): readonly string[] {
  const parts = text.split(':')
  return parts.some(part => part === '' || part.startsWith('/')) ? [text] : parts
}

/**
 * Finds the parameter values with which a token, of as many segments as the name, is an instance of it; a verb is never
 * a value at the end.
 */
export function matchInstance(name: ScopeName, parts: readonly string[], verbs: Verbs): ParameterValues | undefined {
  const values: Record<string, string> = {}
  for (const [index, segment] of name.segments.entries()) {
    const part = parts[index] ?? ''
    if (segment.kind === 'literal' && segment.text !== part) return undefined
    if (segment.kind === 'literal') continue
    if (!acceptsValue(segment.type, part)) return undefined
    if (index > 0 && index === parts.length - 1 && verbs.has(part)) return undefined
    values[segment.name] = part
  }
  return values
}

/** Writes the instance of a name that has these parameter values. */
export function fillName(name: ScopeName, values: ParameterValues): string {
  return name.segments.map(segment => (segment.kind === 'literal' ? segment.text : values[segment.name])).join(':')
}

/** Tells whether some token fits both names. */
export function namesOverlap(a: ScopeName, b: ScopeName, verbs: Verbs): boolean {
  if (a.segments.length !== b.segments.length) return false
  return a.segments.every((segment, index) => {
    const other = b.segments[index]
    const isEnd = index > 0 && index === a.segments.length - 1
    return other !== undefined && segmentsOverlap(segment, other, isEnd ? verbs : undefined)
  })
}

function segmentsOverlap(a: Segment, b: Segment, verbs: Verbs | undefined): boolean {
  if (a.kind === 'literal' && b.kind === 'literal') return a.text === b.text
  if (a.kind === 'parameter' && b.kind === 'parameter') return typesOverlap(a.type, b.type)
  if (a.kind === 'parameter') return segmentsOverlap(b, a, verbs)
  return b.kind === 'parameter' && !verbs?.has(a.text) && acceptsValue(b.type, a.text)
}

function readSegment(text: string, { name, parameters }: ScopeDefinition, report: Report): Segment | undefined {
  if (!/[{}]/.test(text)) return { kind: 'literal', text }
  const parameter = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/.exec(text)?.[1]
  if (parameter === undefined) {
    report(`scopes.${name}`, `\`${text}\` is no segment: braces hold the name of a parameter and fill a whole segment`)
    return undefined
  }
  if (Object.hasOwn(parameters, parameter))
    return { kind: 'parameter', name: parameter, type: parameters[parameter] ?? 'string' }
  report(`scopes.${name}.parameters`, `parameter \`${parameter}\` has no type`)
  return undefined
}

function reportParameters(definition: ScopeDefinition, inName: readonly string[], report: Report): void {
  const at = `scopes.${definition.name}`
  if (new Set(inName).size < inName.length) report(at, 'each parameter may stand in a name once')
  for (const declared of Object.keys(definition.parameters)) {
    if (!inName.includes(declared)) report(`${at}.parameters.${declared}`, `the name holds no \`{${declared}}\``)
  }
  if (inName.length === 0) return
  if (definition.default) report(`${at}.default`, 'a parameterised scope has no value that could be a default')
  if (definition.listed) report(`${at}.listed`, 'a parameterised scope is no value that metadata could list')
  if (definition.coversInstances.length > 0)
    report(`${at}.coversInstances`, 'only an unparameterised scope covers all instances')
}

function reportVerbValues(
  { name }: ScopeDefinition,
  { last, verbs }: { readonly last: Extract<Segment, { kind: 'parameter' }>; readonly verbs: Verbs },
  report: Report,
): void {
  if (typeof last.type === 'string') return
  for (const value of last.type.filter(listed => verbs.has(listed))) {
    report(
      `scopes.${name}.parameters.${last.name}`,
      `\`${value}\` is a verb, which no value at the end of a name may be`,
    )
  }
}
