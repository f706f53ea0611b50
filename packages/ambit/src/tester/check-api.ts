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
import { readSecret, type SecretPlace, type SecretReader } from './secret-text.ts'
import type { ShapedApi, ShapedTest } from './test-shape.ts'

/** What is known of the API beside its document. */
export type ApiSettings = {
  /** A path that is absolute, or a URL. */
  readonly openapi: string
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
  const { openapi, policy, objects, mostPerScope, headers = {}, resources = {}, catalogue, ...reading } = shaped
  const { report, reader } = checking
  const made = catalogue && readCatalogue(catalogue, (path, message) => report(join('api', path), message))
  if (policy !== undefined && catalogue !== undefined)
    report('api.catalogue', 'a policy brings its own catalogue; leave one of them out')
  return {
    openapi: isUrl(openapi) ? openapi : resolve(reader.directory, openapi),
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
