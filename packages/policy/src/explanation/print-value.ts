import { notLoaded } from '../evaluation/read.ts'

const longest = 60
const mostItems = 5

/** Names and forms of values that have no business in a log. */
const secretName =
  /secret|passw|passphrase|token|api_?key|authori[sz]ation|cookie|credential|private_?key|cvv|cvc|\bpin\b/i
const secretForm = /^eyJ[\w-]+\.[\w-]+\.|-----BEGIN|^[\w+/=-]{40,}$/

/** What a terminal or a log viewer would act on, or not show, beside what JSON escapes. */
const unsafe = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu

/**
 * Prints a value for an operator: short, on one line, and hidden where its name or its form is that of a secret.
 * @example
 * printValue('s1', ['store']) // "s1"
 */
export function printValue(value: unknown, path: readonly string[] = []): string {
  if (value === undefined || value === null) return '(missing)'
  if (value === notLoaded) return '(not loaded)'
  if (path.some(name => secretName.test(name))) return '(hidden)'
  if (typeof value === 'string') return printText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? printList(value, path) : `(${typeof value})`
}

function printText(text: string): string {
  if (secretForm.test(text.slice(0, 200))) return '(hidden)'
  const short = JSON.stringify(text.slice(0, longest)).replaceAll(unsafe, escapeCharacter)
  return text.length > longest ? `${short}… (${text.length} characters)` : short
}

function printList(list: readonly unknown[], path: readonly string[]): string {
  const items = list.slice(0, mostItems).map(item => (Array.isArray(item) ? '(list)' : printValue(item, path)))
  const rest = list.length > mostItems ? [`… (${list.length} in all)`] : []
  return `[${[...items, ...rest].join(', ')}]`
}

function escapeCharacter(character: string): string {
  const units = character.split('').map(unit => unit.charCodeAt(0).toString(16).padStart(4, '0'))
  return units.map(unit => `\\u${unit}`).join('')
}
