import { isObject } from '../config/fields.ts'

const colours: Readonly<Record<string, string>> = {
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[36m',
  debug: '\u001b[2m',
}
const reset = '\u001b[0m'
const leftOut: ReadonlySet<string> = new Set(['time', 'level', 'message', 'event', 'stack'])

/** Turns a JSON log line into one line for people: time, level, words, and the members that are left. */
export function prettyLine(json: string, isColourful = false): string {
  const line: unknown = JSON.parse(json)
  if (!isObject(line)) return json
  const level = String(line['level'])
  const shown = isColourful ? `${colours[level] ?? ''}${level.padEnd(5)}${reset}` : level.padEnd(5)
  const members = Object.entries(line).filter(([name]) => !leftOut.has(name))
  const rest = members.map(([name, value]) => ` ${name}=${show(value)}`).join('')
  const stack = typeof line['stack'] === 'string' ? `\n${line['stack'].replace(/[^\P{Cc}\n]/gu, '?')}` : ''
  return `${String(line['time']).slice(11, 19)} ${shown} ${printable(String(line['message']))}${rest}${stack}\n`
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return printable(/[\s"=]/.test(text) || text === '' ? JSON.stringify(text) : text)
}

/** A stranger's text must not move the cursor or begin a line of its own. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}
