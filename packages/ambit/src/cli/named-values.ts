/** Reads repeated `name=value`, where the value is JSON or else a text; or says which of them is none. */
export function readNamedValues(pairs: readonly string[]): Readonly<Record<string, unknown>> | string {
  const values: Record<string, unknown> = {}
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) return `\`${pair}\`: \`name=value\` is wanted`
    values[pair.slice(0, at)] = jsonOrText(pair.slice(at + 1))
  }
  return values
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
