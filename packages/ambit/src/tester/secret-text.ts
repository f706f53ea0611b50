import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Secret, SecretLedger } from '@ambit/tester'
import { type Field, isObject, type Place } from '../config/fields.ts'

/** Where a secret is to be read. */
export type SecretPlace =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

const wanted = "`{ env: 'NAME' }` or `{ file: 'path' }`"

/** A secret, by the place where it is read; a problem never shows what was found. */
export const secretText: Field<SecretPlace> = {
  wanted,
  parse(value, { path, report }) {
    if (typeof value === 'string' && value !== '') return { kind: 'plain', text: value }
    const members = isObject(value) ? Object.entries(value) : []
    const [name, text] = members.length === 1 ? (members[0] ?? []) : []
    if (typeof text === 'string' && text !== '') {
      if (name === 'env') return { kind: 'env', name: text }
      if (name === 'file') return { kind: 'file', path: text }
    }
    report(path, `${wanted} is wanted`)
    return undefined
  },
}

/** What secrets are read with. */
export type SecretReader = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder in which paths begin. */
  readonly directory: string
  readonly secrets: SecretLedger
  /** Whether a secret may stand in the configuration itself. */
  readonly mayBePlain: boolean
}

/** Reads a secret and remembers it; `undefined` where a problem was reported. */
export function readSecret(
  kind: string,
  from: SecretPlace,
  { at, reader }: { readonly at: Place; readonly reader: SecretReader },
): Secret | undefined {
  const text = readText(from, at, reader)
  return text === undefined ? undefined : reader.secrets.secret(kind, text)
}

/** What cannot be the name of a variable may be the secret, written where its name is wanted. */
function isName(text: string): boolean {
  return /^[A-Z_][A-Z0-9_]{0,63}$/.test(text)
}

function readText(from: SecretPlace, { path, report }: Place, reader: SecretReader): string | undefined {
  const { environment, directory, mayBePlain } = reader
  if (from.kind === 'plain' && mayBePlain) return from.text
  if (from.kind === 'plain') {
    report(path, `a secret may stand here only for a server on this machine; ${wanted} is wanted`)
    return undefined
  }
  if (from.kind === 'env') {
    const value = environment[from.name]
    if (value) return value
    const unset = 'the environment variable of that name is not set; its name is wanted here, never the secret itself'
    report(path, isName(from.name) ? `the environment variable \`${from.name}\` is not set` : unset)
    return undefined
  }
  const file = resolve(directory, from.path)
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    if (value !== '') return value
    report(path, `the file \`${file}\` is empty`)
  } catch {
    report(path, `the file \`${file}\` cannot be read`)
  }
  return undefined
}
