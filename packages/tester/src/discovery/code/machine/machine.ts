import type { Node } from 'oxc-parser'
import type { Router } from '../frameworks/router.ts'
import type { GuardRules } from '../guards/guard.ts'
import type { NestSettings } from '../nest/nest-settings.ts'
import type { CodeNote } from '../source.ts'
import type { Module } from './module.ts'
import type { Resolve } from './resolve.ts'
import type { Scope } from './scope.ts'
import type { Call, FunctionValue, RouterValue, UnknownValue, Value } from './value.ts'

/** Does what a function of a package does, as far as routes are concerned. */
export type External = (call: Call, machine: Machine) => Value

/**
 * Follows programs without running them: each branch is taken, loops over what is known are unrolled, and what is not known
 * stays unknown.
 */
export type Machine = {
  readonly follow: Follow
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

/** What is done with each part of a program; the parts are within each other, so each is found here. */
export type Follow = {
  readonly evaluate: (machine: Machine, node: Node, scope: Scope) => Value
  readonly executeAll: (machine: Machine, nodes: readonly Node[], scope: Scope) => Completion
  readonly callFunction: (machine: Machine, called: FunctionValue, given: Handed) => Value
  readonly callValue: (machine: Machine, callee: Value, call: Call) => Value
  readonly callUnknown: (machine: Machine, made: UnknownValue, call: Call) => Value
  readonly callFramework: (machine: Machine, target: RouterValue, name: string | undefined, call: Call) => Value
}

/** Whether the statements behind are reached. */
export type Completion = 'next' | 'done'

/** What a function is given. */
export type Handed = { readonly args: readonly Value[]; readonly self?: Value }

/** What an expression comes to. */
export function evaluate(machine: Machine, node: Node, scope: Scope): Value {
  return machine.follow.evaluate(machine, node, scope)
}

/** Executes statements in order. */
export function executeAll(machine: Machine, nodes: readonly Node[], scope: Scope): Completion {
  return machine.follow.executeAll(machine, nodes, scope)
}

/** Calls a function of the project. */
export function callFunction(machine: Machine, called: FunctionValue, given: Handed): Value {
  return machine.follow.callFunction(machine, called, given)
}

/** Calls a value, whatever it is. */
export function callValue(machine: Machine, callee: Value, call: Call): Value {
  return machine.follow.callValue(machine, callee, call)
}

/** Calls what nobody can follow. */
export function callUnknown(machine: Machine, made: UnknownValue, call: Call): Value {
  return machine.follow.callUnknown(machine, made, call)
}

/** Calls a method of an app or router. */
export function callFramework(machine: Machine, target: RouterValue, name: string | undefined, call: Call): Value {
  return machine.follow.callFramework(machine, target, name, call)
}
