import type { Report } from './catalogue-error.ts'
import type { ScopeConsent, ScopeDefinition, ScopeRisk } from './declaration.ts'
import type { LocalizedText } from './localized-text.ts'
import { isParameterType, type ParameterType } from './parameter.ts'

type Unchecked = Readonly<Record<string, unknown>>
type Field<T> = { readonly wanted: string; readonly is: (value: unknown) => value is T }

const TEXT: Field<LocalizedText> = { wanted: 'a text, or a text per language tag', is: isLocalizedText }
const FLAG: Field<boolean> = { wanted: 'true or false', is: value => typeof value === 'boolean' }
const NAMES: Field<readonly string[]> = { wanted: 'a list of names', is: isNames }
const WORD: Field<string> = { wanted: 'a text that is not empty', is: isWord }
const RESOURCE: Field<string> = { wanted: 'an absolute URI without a fragment', is: isResource }
const COUNT: Field<number> = { wanted: 'a whole number of at least 1', is: isCount }
const CONSENT: Field<ScopeConsent> = { wanted: '`ask`, `pre-granted` or `mandatory`', is: isConsent }
const RISK: Field<ScopeRisk> = { wanted: '`ordinary`, `sensitive` or `dangerous`', is: isRisk }
const DEPRECATED: Field<boolean | string> = {
  wanted: 'true, false, or what to use instead',
  is: (value): value is boolean | string => typeof value === 'boolean' || isWord(value),
}

/** Tells whether an unknown value is an object with named fields. */
export function isRecord(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads one scope's declaration, fills in the defaults, and reports each field that is not what is wanted. */
export function readScopeDeclaration(name: string, declared: unknown, report: Report): ScopeDefinition {
  const path = `scopes.${name}`
  if (!isRecord(declared)) report(path, 'an object is wanted')
  const raw: Unchecked = isRecord(declared) ? declared : {}
  const read = new Set<string>()
  function take<T>(key: string, field: Field<T>): T | undefined {
    read.add(key)
    const value = raw[key]
    if (value === undefined) return undefined
    if (field.is(value)) return value
    report(`${path}.${key}`, `${field.wanted} is wanted`)
    return undefined
  }
  const parameters = readParameters(path, raw['parameters'], report)
  read.add('parameters')
  const definition: ScopeDefinition = {
    name,
    title: take('title', TEXT) ?? name,
    description: take('description', TEXT),
    resource: take('resource', RESOURCE),
    implies: take('implies', NAMES) ?? [],
    consent: take('consent', CONSENT) ?? 'ask',
    default: take('default', FLAG) ?? false,
    risk: take('risk', RISK) ?? 'ordinary',
    grantTypes: take('grantTypes', NAMES),
    accessTokenTtl: take('accessTokenTtl', COUNT),
    acr: take('acr', WORD),
    deprecated: take('deprecated', DEPRECATED) ?? false,
    parameters,
    coversInstances: take('coversInstances', NAMES) ?? [],
    listed: take('listed', FLAG) ?? Object.keys(parameters).length === 0,
    version: take('version', COUNT) ?? 1,
  }
  reportUnknownKeys(path, { raw, known: read }, report)
  return Object.freeze(definition)
}

/** Reports each key that no field is known for. */
export function reportUnknownKeys(
  path: string,
  { raw, known }: { readonly raw: Unchecked; readonly known: ReadonlySet<string> },
  report: Report,
): void {
  const expected = [...known].map(key => `\`${key}\``).join(', ')
  for (const key of Object.keys(raw)) {
    if (!known.has(key)) report(path === '' ? key : `${path}.${key}`, `unknown key, known are ${expected}`)
  }
}

function readParameters(path: string, declared: unknown, report: Report): Readonly<Record<string, ParameterType>> {
  if (declared === undefined) return {}
  if (!isRecord(declared)) report(`${path}.parameters`, 'a type for each parameter is wanted')
  const entries: [string, ParameterType][] = []
  for (const [name, type] of Object.entries(isRecord(declared) ? declared : {})) {
    if (isParameterType(type)) entries.push([name, type])
    else report(`${path}.parameters.${name}`, '`string`, `integer`, `uuid` or a list of values is wanted')
  }
  return Object.freeze(Object.fromEntries(entries))
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

function isLocalizedText(value: unknown): value is LocalizedText {
  if (typeof value === 'string') return isWord(value)
  return isRecord(value) && Object.keys(value).length > 0 && Object.values(value).every(isWord)
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isWord)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
}

function isConsent(value: unknown): value is ScopeConsent {
  return value === 'ask' || value === 'pre-granted' || value === 'mandatory'
}

function isRisk(value: unknown): value is ScopeRisk {
  return value === 'ordinary' || value === 'sensitive' || value === 'dangerous'
}

// RFC 8707 §2: an absolute URI, without a fragment
function isResource(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+$/.test(value) && URL.canParse(value)
}
