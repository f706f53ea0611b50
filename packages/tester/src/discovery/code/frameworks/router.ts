import type { Place } from '../../../target/api-operation.ts'
import type { CodeRoute } from '../../../target/target.ts'
import type { Guard } from '../guards/guard.ts'
import type { Machine } from '../machine/machine.ts'
import type { Value } from '../machine/value.ts'

/** The frameworks that are read. */
export type Framework = CodeRoute['framework']

/** Something that routes are registered with, in the order in which it happens. */
export type Router = {
  readonly framework: Framework
  readonly layers: Layer[]
  /** What stands before all its paths. */
  prefix: string
  /** Guards that hold for all its routes, whenever they were added. */
  readonly hooks: Guard[]
  /** What was added to it under a name. */
  readonly decorations: Map<string, Value>
  isMounted: boolean
  /** Whether it was only supposed that something is a router. */
  readonly isGuessed: boolean
  /** Whether requests come in here: paths are complete where nobody mounts it. */
  readonly isApp: boolean
  readonly place: Place
  lastPath?: string
}

/** One thing that was registered. */
type Layer =
  | {
      readonly kind: 'route'
      readonly method: string
      readonly path: string
      readonly guards: readonly Guard[]
      readonly place: Place
    }
  /** Guards what is registered after it, below its path; `isExact`: only at its path. */
  | { readonly kind: 'guard'; readonly path: string; readonly guard: Guard; readonly isExact?: boolean }
  | { readonly kind: 'mount'; readonly path: string; readonly router: Router; readonly guards: readonly Guard[] }

/** How a router is made. */
export type RouterTraits = {
  readonly framework: Framework
  readonly place: Place
  readonly isApp?: boolean
  readonly isGuessed?: boolean
  readonly prefix?: string
}

/** Makes a router, which is known from now on. */
export function createRouter(machine: Machine, traits: RouterTraits): Router {
  const { framework, place, isApp = false, isGuessed = false, prefix = '' } = traits
  const router: Router = {
    framework,
    layers: [],
    prefix,
    hooks: [],
    decorations: new Map(),
    isMounted: false,
    isGuessed,
    isApp,
    place,
  }
  machine.effects += 1
  machine.routers.push(router)
  return router
}
