// JSON Schema 2020-12 §6.3, §7.3; OpenAPI 3.2, Data Type Format

import type { SchemaObject } from './resolve-schema.ts'
import { samplePattern } from './sample-pattern.ts'

/** A text that fits a schema, and whether its content was made up. */
export type StringSample =
  | { readonly kind: 'text'; readonly text: string; readonly isGuess: boolean }
  | { readonly kind: 'none'; readonly reason: string }

/** Values that an API can take by their form alone. Times are fixed: the same operation gives the same bytes. */
const plausible: Readonly<Record<string, string>> = {
  date: '2026-01-15',
  'date-time': '2026-01-15T12:00:00Z',
  time: '12:00:00Z',
  duration: 'P1D',
  email: 'sample@example.org',
  'idn-email': 'sample@example.org',
  uri: 'https://example.org/sample',
  url: 'https://example.org/sample',
  iri: 'https://example.org/sample',
  'uri-reference': '/sample',
  'iri-reference': '/sample',
  'uri-template': '/sample/{id}',
  hostname: 'example.org',
  'idn-hostname': 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'c2FtcGxl',
  'json-pointer': '/sample',
  'relative-json-pointer': '0',
  regex: 'sample',
  'media-range': 'text/plain',
}

/** Values whose form is right and whose content nobody knows: an identifier of nothing. */
const formed: Readonly<Record<string, string>> = {
  uuid: '7d444840-9dc0-41a1-b245-5ffdce74fad2',
  int32: '1',
  int64: '1',
  decimal: '1',
  float: '1',
  double: '1',
  password: 'Sample-word-1',
}

const longest = 10_000

/** Makes a text by pattern, by format, or of the wanted length. */
export function sampleString(schema: SchemaObject): StringSample {
  const { pattern, format } = schema
  const limits = lengthsOf(schema)
  const byFormat = typeof format === 'string' ? ofFormat(format) : undefined
  if (byFormat !== undefined) return byFormat
  if (typeof pattern === 'string') {
    const text = samplePattern(pattern, limits)
    if (text === undefined) return { kind: 'none', reason: `no text was found for the pattern \`${pattern}\`` }
    return { kind: 'text', text, isGuess: true }
  }
  const { least, most } = limits
  if (least > most || least > longest)
    return { kind: 'none', reason: `no text of ${least} to ${most} characters is made` }
  return { kind: 'text', text: 'sample'.padEnd(least, 'sample').slice(0, most), isGuess: true }
}

function ofFormat(format: string): StringSample | undefined {
  if (Object.hasOwn(plausible, format)) return { kind: 'text', text: plausible[format] ?? '', isGuess: false }
  if (Object.hasOwn(formed, format)) return { kind: 'text', text: formed[format] ?? '', isGuess: true }
  return undefined
}

function lengthsOf({ minLength, maxLength }: SchemaObject): { readonly least: number; readonly most: number } {
  return {
    least: typeof minLength === 'number' && minLength > 0 ? Math.ceil(minLength) : 0,
    most: typeof maxLength === 'number' && maxLength >= 0 ? Math.floor(maxLength) : Infinity,
  }
}
