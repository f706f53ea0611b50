// YAML 1.2, RFC 8259
import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml'
import { ConfigError } from '../config/config-error.ts'

const schema = CORE_SCHEMA.withTags(mergeTag)

/**
 * Parses YAML, of which JSON is a part. A member that stands twice is an error: the one that counts is not the one that
 * people see.
 * @throws {ConfigError} with the line and column where the text is neither
 */
export function parseDocument(text: string, location: string): unknown {
  try {
    return load(textToParse(text), { schema, maxDepth: 200, maxAliases: 10_000 })
  } catch (error) {
    throw new ConfigError([{ path: '', message: sentence(error) }], `\`${location}\``, { cause: error })
  }
}

/** The text without a byte order mark. */
export function textToParse(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function sentence(error: unknown): string {
  if (!(error instanceof YAMLException))
    return `it cannot be parsed: ${error instanceof Error ? error.message : 'unknown error'}`
  const { reason, mark } = error
  const place = mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}: `
  return `${place}${reason}`
}
