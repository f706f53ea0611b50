import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AnyPolicy, TokenView } from '@ambit/policy'
import type { Catalogue } from '@ambit/scope'
import { type CliIo, type CommandInput, exitCodes, fail } from '../cli/command.ts'
import { ConfigError } from '../config/config-error.ts'
import { isObject } from '../config/fields.ts'
import { nearest } from '../config/near-miss.ts'
import { loadPolicy } from './load-policy.ts'

/** Loads the policy that the first argument names. */
export function readPolicy(input: CommandInput, io: CliIo, place = 0): Promise<AnyPolicy> {
  return loadPolicy({ folder: io.folder, file: input.argument(place), exportName: input.text('export') })
}

/**
 * Reads the token that `--scope` and `--claims` describe. A scope that the policy's catalogue does not have covers nothing,
 * and is told.
 * @throws {ConfigError} for a scope or claims that cannot be read
 */
export async function readTokenView(input: CommandInput, io: CliIo, catalogue: Catalogue): Promise<TokenView> {
  const text = input.text('scope') ?? ''
  const parsed = text === '' ? undefined : catalogue.parse(text)
  if (parsed?.ok === false) throw new ConfigError([{ path: '--scope', message: parsed.error.message }], 'the token')
  for (const token of parsed?.value.unknown ?? [])
    io.err(`ambit: unknown scope \`${token}\`, which covers nothing${suggestion(token, catalogue.names)}\n`)
  const claims = (await readObjectOption(input, io, 'claims')) ?? {}
  return { scope: parsed?.value.scope ?? catalogue.empty, claims }
}

/**
 * Reads an option whose value is a JSON object.
 * @throws {ConfigError} when it is none
 */
export async function readObjectOption(
  input: CommandInput,
  io: CliIo,
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const value = await readJsonOption(input, io, name)
  if (value === undefined || isObject(value)) return value
  throw new ConfigError([{ path: `--${name}`, message: 'a JSON object is wanted' }], 'the question')
}

/**
 * Reads an option whose value is JSON, or `@` and the name of a file that holds it.
 * @throws {ConfigError} when it is no JSON
 */
export async function readJsonOption(input: CommandInput, io: CliIo, name: string): Promise<unknown> {
  const given = input.text(name)
  if (given === undefined) return undefined
  try {
    const text = given.startsWith('@') ? await readFile(resolve(io.folder, given.slice(1)), 'utf8') : given
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new ConfigError(
      [{ path: `--${name}`, message: `JSON is wanted, or \`@\` and a file: ${message}` }],
      'the question',
      { cause: error },
    )
  }
}

/** Says that the policy has no such action, with the one that was probably meant. */
export function failUnknownAction(io: CliIo, policy: AnyPolicy, action: string): number {
  const known = [...policy.model.actions.keys()]
  const near = suggestion(action, known)
  return fail(io, `the policy has no action \`${action}\`${near || `; it has ${known.join(', ')}`}`, exitCodes.missing)
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === undefined ? '' : `; did you mean \`${near}\`?`
}
