import { isObject } from '../source/packages.ts'
import type { SourceFile } from '../source/tree.ts'

/** One MUST of a specification, in our own words, with the tests that prove it or the reason why none does. */
export interface Must {
  readonly section: string
  readonly text: string
  readonly concerns: string
  /** Names of tests, or beginnings of names. */
  readonly tests: readonly string[]
  readonly reason: string | undefined
}

/** What one specification demands: a file of `docs/requirements`. */
export interface Requirements {
  readonly path: string
  readonly rfc: string
  readonly title: string
  readonly musts: readonly Must[]
}

/** Where the requirement files lie. */
export const requirementPatterns = ['docs/requirements/*.json'] as const

type Problem = (sentence: string) => void

const fileKeys = ['rfc', 'title', 'musts']
const mustKeys = ['section', 'text', 'concerns', 'tests', 'reason']

/** Parses a requirement file, and tells of everything in it that is not as it should be. */
export function parseRequirements(file: SourceFile, problem: Problem): Requirements {
  const say = (sentence: string) => problem(`${file.path}: ${sentence}`)
  const value = parseJson(file.text, say)
  reportUnknown(value, fileKeys, say)
  const musts = Array.isArray(value['musts']) ? value['musts'] : []
  if (musts.length === 0) say('`musts` must be a list with at least one entry')
  return {
    path: file.path,
    rfc: parseText(value['rfc'], 'rfc', say),
    title: parseText(value['title'], 'title', say),
    musts: musts.map((must: unknown, index) => parseMust(must, sentence => say(`musts[${index}]: ${sentence}`))),
  }
}

function parseMust(value: unknown, say: Problem): Must {
  const must = isObject(value) ? value : {}
  reportUnknown(must, mustKeys, say)
  const tests = Array.isArray(must['tests']) ? must['tests'].map(String) : []
  const reason = must['reason'] === undefined ? undefined : parseText(must['reason'], 'reason', say)
  const section = parseText(must['section'], 'section', say)
  const text = parseText(must['text'], 'text', say)
  if (tests.length === 0 && reason === undefined) say(`${section} \`${text}\` has neither a test nor a reason why not`)
  return { section, text, concerns: parseText(must['concerns'], 'concerns', say), tests, reason }
}

function parseJson(text: string, say: Problem): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
    say('wanted an object')
  } catch (error) {
    say(`not JSON: ${String(error)}`)
  }
  return {}
}

function parseText(value: unknown, key: string, say: Problem): string {
  if (typeof value === 'string' && value !== '') return value
  say(`\`${key}\` must be a text`)
  return ''
}

function reportUnknown(value: object, known: readonly string[], say: Problem): void {
  for (const key of Object.keys(value).filter(name => !known.includes(name))) say(`unknown key \`${key}\``)
}
