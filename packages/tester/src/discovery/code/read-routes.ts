import type { CodeRoute } from '../../target/target.ts'
import { routesOf } from './flatten.ts'
import type { Router } from './frameworks/router.ts'
import type { GuardRules } from './guards/guard.ts'
import { limits, type Machine } from './machine/machine.ts'
import { runModule } from './machine/modules.ts'
import { readNest } from './nest/read-nest.ts'
import { openMachine } from './open-machine.ts'
import type { CodeNote, SourceFile } from './source.ts'
import { runUnreached } from './unreached.ts'

/** How code is read. */
export type ReadRoutesOptions = {
  /** Guards of the project's own, by their name in the code. */
  readonly guards?: GuardRules
}

/** The routes of a project. */
export type CodeReading = {
  readonly routes: readonly CodeRoute[]
  /** What could not be read, or was read with doubt, in the order of files and lines. */
  readonly notes: readonly CodeNote[]
  /** Whether nothing was left unread in which a route could be. */
  readonly isComplete: boolean
}

/**
 * Finds the routes of Express, Fastify, Hono, Koa and NestJS programs with what guards them, without running them.
 * @example
 * const { routes, notes } = readRoutes([{ path: 'app.ts', text }], { guards: { requireScope: { scopeArgument: 0 } } })
 */
export function readRoutes(files: readonly SourceFile[], options: ReadRoutesOptions = {}): CodeReading {
  const machine = openMachine(files, options.guards ?? {})
  for (const module of machine.modules.values()) runModule(machine, module)
  runUnreached(machine)
  const nest = readNest(machine)
  const roots = machine.routers.filter(({ isMounted }) => !isMounted)
  const found = roots.flatMap(router => {
    const routes = routesOf(router)
    if (routes.length > 0 && !router.isApp) machine.notes.push(notMounted(router))
    return routes
  })
  if (machine.steps >= limits.steps) machine.notes.push(tooLong(machine))
  const notes = machine.notes.toSorted((a, b) => compare(a.place, b.place))
  return { routes: once([...found, ...nest]), notes, isComplete: !notes.some(({ mayHideRoutes }) => mayHideRoutes) }
}

function notMounted({ place, isGuessed }: Router): CodeNote {
  const message = isGuessed
    ? 'nobody in the code gives a router to this; its paths may lack their beginning'
    : 'nobody in the code mounts this router; its paths may lack their beginning'
  return { place, message, mayHideRoutes: false }
}

function tooLong({ modules }: Machine): CodeNote {
  const [first = ''] = modules.keys()
  return { place: { file: first }, message: 'the code is too long to be followed to its end', mayHideRoutes: true }
}

/** A route that several readings of the same line found is one. */
function once(routes: readonly CodeRoute[]): readonly CodeRoute[] {
  const keyOf = ({ method, path, place }: CodeRoute) =>
    JSON.stringify([method, path, place.file, place.line, place.column])
  return [...new Map(routes.map(route => [keyOf(route), route])).values()]
}

function compare(a: CodeNote['place'], b: CodeNote['place']): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0)
}
