import type { CodeRoute } from '../../target/target.ts'
import type { Router } from './frameworks/router.ts'
import { combineGuards, type Guard } from './guards/guard.ts'
import { cleaned, routePaths } from './route-path.ts'

/** A guard that holds below a path for what is registered behind it. */
type Active = { readonly path: string; readonly guard: Guard; readonly isExact: boolean }

type Walk = {
  readonly prefixes: readonly string[]
  /** Guards of mounts and hooks around it. */
  readonly around: readonly Guard[]
  /** Grows while the walk goes on: who is registered later is guarded by it. */
  readonly active: Active[]
  readonly above: ReadonlySet<Router>
}

/** The routes of a router with everything that is mounted in it, each with all guards that stand before it. */
export function routesOf(router: Router): readonly CodeRoute[] {
  return walk(router, { prefixes: [''], around: [], active: [], above: new Set() })
}

function walk(router: Router, { prefixes, around, active, above }: Walk): readonly CodeRoute[] {
  if (above.has(router)) return []
  const { framework, hooks } = router
  const bases = join(prefixes, routePaths(router.prefix, framework))
  const held = [...around, ...hooks]
  return router.layers.flatMap((layer): readonly CodeRoute[] => {
    const paths = join(bases, routePaths(layer.path, framework))
    if (layer.kind === 'guard') {
      for (const path of paths) active.push({ path, guard: layer.guard, isExact: layer.isExact === true })
      return []
    }
    if (layer.kind === 'mount') {
      const inner = { prefixes: paths, around: [...held, ...layer.guards], above: new Set([...above, router]) }
      // a router of Koa guards its own routes alone, one of Fastify has no order
      const isClosed = layer.router.framework === 'koa' || layer.router.framework === 'fastify'
      return walk(layer.router, { ...inner, active: isClosed ? [...active] : active })
    }
    return paths.map(path => {
      const before = active.filter(each => guardsPath(each, path)).map(({ guard }) => guard)
      const guards = [...held, ...before, ...layer.guards].filter(guard => !isExcepted(guard, path))
      return { method: layer.method, path, place: layer.place, framework, guard: combineGuards(guards) }
    })
  })
}

function join(bases: readonly string[], paths: readonly string[]): readonly string[] {
  return [...new Set(bases.flatMap(base => paths.map(path => cleaned(`${base}/${path}`))))]
}

function guardsPath({ path, isExact }: Active, route: string): boolean {
  const wanted = segmentsOf(path.replace(/\/?\{\*\}$/, ''))
  const segments = segmentsOf(route)
  const isWild = path.endsWith('{*}')
  if (isExact && !isWild && wanted.length !== segments.length) return false
  return wanted.every((segment, index) => isSame(segment, segments[index]))
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter(segment => segment !== '')
}

function isSame(wanted: string, segment: string | undefined): boolean {
  if (segment === undefined) return false
  return wanted.toLowerCase() === segment.toLowerCase() || wanted.startsWith('{') || segment === '{*}'
}

function isExcepted({ except = [] }: Guard, route: string): boolean {
  const sample = route.replaceAll(/\{[^{}]*\}/g, '1')
  return except.some(each => (typeof each === 'string' ? cleaned(each) === sample : each.test(sample)))
}
