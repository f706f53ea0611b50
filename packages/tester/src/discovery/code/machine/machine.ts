import type { Node } from 'oxc-parser'
import type { Router } from '../frameworks/router.ts'
import type { GuardRules } from '../guards/guard.ts'
import type { NestSettings } from '../nest/nest-settings.ts'
import type { CodeNote } from '../source.ts'
import type { Module } from './module.ts'
import type { Resolve } from './resolve.ts'
import type { Scope } from './scope.ts'
import type { Call, Value } from './value.ts'

/** Does what a function of a package does, as far as routes are concerned. */
export type External = (call: Call, machine: Machine) => Value

/**
 * Follows programs without running them: each branch is taken, loops over what is known are unrolled, and what is not known
 * stays unknown.
 */
export type Machine = {
  readonly modules: ReadonlyMap<string, Module>
  readonly resolve: Resolve
  /** By module and path: `express.Router`. */
  readonly externals: ReadonlyMap<string, External>
  readonly guards: GuardRules
  readonly notes: CodeNote[]
  /** Each app and router that was made. */
  readonly routers: Router[]
  readonly nest: NestSettings
  /** Calls and functions that were come through. */
  readonly visited: Set<Node>
  /** How often each function is running at this moment. */
  readonly running: Map<Node, number>
  /** What files read by name have, by path. */
  readonly texts: ReadonlyMap<string, string>
  /** What functions cost until now, and whether they ever had to do with routers. */
  readonly costs: Map<Node, Cost>
  steps: number
  /** How many apps, routers and registrations there were. */
  effects: number
}

/** What following a function cost. */
export type Cost = { runs: number; steps: number; isUseful: boolean }

/** How far programs are followed. */
export const limits = {
  steps: 4_000_000,
  depth: 120,
  recursion: 3,
  items: 2_000,
  uselessSteps: 1_500,
  costly: 150,
} as const

/** Whether the machine may go on. */
export function mayGoOn(machine: Machine): boolean {
  machine.steps += 1
  return machine.steps < limits.steps
}

/** Notes something for people, once for each place and message. */
export function note(machine: Machine, at: { node: Node; scope: Scope }, message: string, mayHideRoutes = true): void {
  const place = at.scope.file.placeOf(at.node)
  const isTold = machine.notes.some(
    each => each.message === message && each.place.file === place.file && each.place.line === place.line,
  )
  if (!isTold) machine.notes.push({ place, message, mayHideRoutes })
}
