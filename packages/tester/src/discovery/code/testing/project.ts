import { type CodeReading, type ReadRoutesOptions, readRoutes } from '../read-routes.ts'

/** Reads a project of a few files. */
export function readProject(files: Readonly<Record<string, string>>, options: ReadRoutesOptions = {}): CodeReading {
  return readRoutes(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    options,
  )
}

/** The routes of a project in words: `GET /pets: read_pets`, `GET /: none`, `GET /me: ?isAllowed`. */
export function routesIn(files: Readonly<Record<string, string>>, options: ReadRoutesOptions = {}): readonly string[] {
  return readProject(files, options).routes.map(({ method, path, guard }) => {
    if (guard.kind === 'none') return `${method} ${path}: none`
    if (guard.kind === 'unknown') return `${method} ${path}: ?${guard.name}`
    return `${method} ${path}: ${guard.anyOf.map(scopes => (scopes.length === 0 ? 'token' : scopes.join('+'))).join(' or ')}`
  })
}

/** The notes of a project in words: `app.ts:3 the path … !`, with a mark where a route may be hidden. */
export function notesIn(files: Readonly<Record<string, string>>, options: ReadRoutesOptions = {}): readonly string[] {
  return readProject(files, options).notes.map(
    ({ place: { file, line }, message, mayHideRoutes }) =>
      `${file}:${line ?? 0} ${message}${mayHideRoutes ? ' !' : ''}`,
  )
}
