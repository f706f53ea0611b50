import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import {
  type CodeRoute,
  type GuardRules,
  type ObservedClient,
  type Place,
  readObservedCalls,
  readRoutes,
  readSourceFiles,
} from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'

/** Where the source code of an API is, and what its guards are called. */
export type CodeSettings = { readonly folder: string; readonly guards: GuardRules; readonly withBuilt: boolean }

/** Recordings of what clients call, and what those clients ask for. */
export type ObservedSettings = {
  readonly files: readonly string[]
  readonly scope: Readonly<Record<string, readonly string[]>>
}

/** The routes of a program, as far as they could be read. */
export type OpenedCode = {
  readonly routes: readonly CodeRoute[]
  readonly isComplete: boolean
  readonly notes: readonly string[]
}

/**
 * Reads the routes of a program; places are told from `from`.
 * @throws {ConfigError} where the folder cannot be read, or holds no route
 */
export async function openCode({ folder, guards, withBuilt }: CodeSettings, from: string): Promise<OpenedCode> {
  const source = await readSourceFiles(folder, { withBuilt }).catch((error: unknown) => {
    throw new ConfigError([{ path: 'api.code', message: `it cannot be read: ${messageOf(error)}` }], `\`${folder}\``)
  })
  const { routes, notes, isComplete } = readRoutes(source.files, { guards })
  if (routes.length === 0)
    throw new ConfigError(
      [
        {
          path: 'api.code',
          message: `no route of Express, Fastify, Hono, NestJS or Koa is in its ${source.files.length} files`,
        },
      ],
      `\`${folder}\``,
    )
  const near = (place: Place): Place => ({ ...place, file: nearestPath(join(folder, place.file), from) })
  const told = [...source.notes, ...notes].map(({ place, message }) => {
    const { file, line } = near(place)
    return `${line === undefined ? file : `${file}:${line}`}: ${message}`
  })
  return {
    routes: routes.map(route => ({ ...route, place: near(route.place), guard: guardNear(route.guard, near) })),
    isComplete: isComplete && source.notes.length === 0,
    notes: told,
  }
}

function guardNear(guard: CodeRoute['guard'], near: (place: Place) => Place): CodeRoute['guard'] {
  return guard.kind === 'none' ? guard : { ...guard, place: near(guard.place) }
}

/**
 * Reads recordings of calls.
 * @throws {ConfigError} where a file cannot be read
 */
export async function openObserved({ files, scope }: ObservedSettings, from: string) {
  const clients: ObservedClient[] = []
  const notes: string[] = []
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new ConfigError(
        [{ path: 'api.observedCalls', message: `it cannot be read: ${messageOf(error)}` }],
        `\`${file}\``,
      )
    })
    const read = readObservedCalls(text, { source: nearestPath(file, from), scope })
    clients.push(...read.clients)
    notes.push(...read.notes)
    if (read.clients.length === 0) notes.push(`${nearestPath(file, from)}: no call that succeeded is in it`)
  }
  return { clients, notes }
}

/** A path as people below the folder write it. */
export function nearestPath(path: string, folder: string): string {
  const name = relative(folder, path)
  return name.startsWith('..') ? path : name
}

function messageOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
