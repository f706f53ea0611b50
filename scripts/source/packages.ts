import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, root } from './tree.ts'

type Manifest = Readonly<Record<string, unknown>>

/** Reads a JSON file of the repository whose outermost value is an object. */
export function readJsonObject(path: string): Manifest {
  return parseJsonObject(readFileSync(join(root, path), 'utf8'))
}

/** Parses JSON whose outermost value is an object. */
export function parseJsonObject(text: string): Manifest {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new TypeError('the JSON is not an object')
  return value
}

/** Says whether a JSON value is an object and neither an array nor null. */
export function isObject(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a package's `package.json` says of how it is named and what it may import. */
export interface PackageFacts {
  readonly name: string
  /** The folder, relative to the root, without a trailing slash. */
  readonly folder: string
  readonly dependencies: readonly string[]
  /** The subpaths of `exports`, such as `.` and `./testing`. */
  readonly exports: readonly string[]
}

/** A package with the files behind its `exports`. */
export interface Package extends PackageFacts {
  /** Subpath and file, such as `.` and `./src/index.ts`. */
  readonly entries: readonly (readonly [subpath: string, path: string])[]
}

/** The packages of this repository, as their `package.json` files state them. */
export function readPackages(): readonly Package[] {
  return listFiles(['packages/*/package.json']).map(path => {
    const manifest = readJsonObject(path)
    return {
      name: String(manifest['name']),
      folder: path.slice(0, -'/package.json'.length),
      dependencies: [...keysOf(manifest['dependencies']), ...keysOf(manifest['peerDependencies'])],
      exports: keysOf(manifest['exports']),
      entries: Object.entries(isObject(manifest['exports']) ? manifest['exports'] : {}).map(
        ([subpath, path]) => [subpath, String(path)] as const,
      ),
    }
  })
}

/** The keys of a JSON value, none where it is no object. */
export function keysOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : []
}
