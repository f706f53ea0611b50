import { resolve } from 'node:path'
import {
  type HeaderField,
  type KnownHolder,
  type KnownObject,
  problemOfField,
  type ReadApiOptions,
} from '@ambit/tester'
import { join, type Report } from '../config/fields.ts'
import { readCatalogue } from '../guard/guard-config.ts'
import { holdersOf } from './check-server.ts'
import type { CodeSettings, ObservedSettings } from './open-code.ts'
import { readSecret, type SecretPlace, type SecretReader } from './secret-text.ts'
import type { ShapedApi, ShapedTest } from './test-shape.ts'

/** What is known of the API beside its document. */
export type ApiSettings = {
  /** A path that is absolute, or a URL. Absent: the operations are those of the code. */
  readonly openapi?: string
  readonly code?: CodeSettings
  readonly observed?: ObservedSettings
  readonly policy?: { readonly file: string; readonly exportName?: string }
  readonly reading: ReadApiOptions
  readonly objects?: readonly KnownObject[]
  readonly mostPerScope?: number
  readonly holders: readonly KnownHolder[]
}

/** Where problems go, and how secrets are read. */
export type Checking = { readonly report: Report; readonly reader: SecretReader }

/** Completes what is said of the API; paths become absolute. */
export function checkApi(shaped: ShapedApi, { clients = [], users = [] }: ShapedTest, checking: Checking): ApiSettings {
  const { openapi, code, observedCalls, policy, objects, mostPerScope, ...others } = shaped
  const { headers = {}, resources = {}, catalogue, ...reading } = others
  const { report, reader } = checking
  const made = catalogue && readCatalogue(catalogue, (path, message) => report(join('api', path), message))
  if (policy !== undefined && catalogue !== undefined)
    report('api.catalogue', 'a policy brings its own catalogue; leave one of them out')
  if (openapi === undefined && code === undefined)
    report('api', '`openapi`, `code` or both are wanted: they say what operations there are')
  if (openapi === undefined && code !== undefined && reading.baseUrl === undefined)
    report('api.baseUrl', 'is missing; code does not say where it runs')
  return {
    ...(openapi !== undefined && { openapi: isUrl(openapi) ? openapi : resolve(reader.directory, openapi) }),
    ...(code && {
      code: {
        folder: resolve(reader.directory, code.folder),
        guards: code.guards ?? {},
        withBuilt: code.withBuilt ?? false,
      },
    }),
    ...(observedCalls && {
      observed: {
        files: observedCalls.files.map(file => resolve(reader.directory, file)),
        scope: observedCalls.scope ?? {},
      },
    }),
    ...(policy && {
      policy: { file: resolve(reader.directory, policy.file), ...(policy.export && { exportName: policy.export }) },
    }),
    reading: {
      ...reading,
      ...(made && { catalogue: made }),
      resources: Object.entries(resources).map(([path, resource]) => ({ path, resource })),
      headers: Object.entries(headers).flatMap(([name, from]) => headerOf(name, from, checking)),
    },
    ...(objects && { objects }),
    ...(mostPerScope !== undefined && { mostPerScope }),
    holders: holdersOf({ clients, users }),
  }
}

/** A header of each call; one that cannot stand on the wire is a problem that does not show its value. */
function headerOf(name: string, from: SecretPlace, { report, reader }: Checking): readonly HeaderField[] {
  const path = join('api.headers', name)
  const isPlain = from.kind === 'plain'
  const value = isPlain ? from.text : readSecret('API key', from, { at: { path, report }, reader })?.reveal()
  if (value === undefined) return []
  const problem = problemOfField([name, value])
  if (problem !== undefined) report(path, problem)
  return [[name, value]]
}

/** Whether a place is a URL of the web and no path. */
export function isUrl(place: string): boolean {
  return /^https?:/i.test(place)
}
