import type { ArrowFunctionExpression, Class, Function as FunctionNode, Node } from 'oxc-parser'
import type { Router } from '../frameworks/router.ts'
import type { Guard } from '../guards/guard.ts'
import type { Module } from './module.ts'
import type { Scope } from './scope.ts'

/** What an expression comes to, as far as reading tells. */
export type Value =
  | TextValue
  | { readonly kind: 'plain'; readonly value: number | boolean | bigint | null | undefined | RegExp }
  | ListValue
  | RecordValue
  | FunctionValue
  | ClassValue
  /** Something that this reader does itself. */
  | NativeValue
  /** What a package or the runtime has: `express.Router`. */
  | { readonly kind: 'external'; readonly module: string; readonly path: string }
  | { readonly kind: 'module'; readonly module: Module }
  | RouterValue
  | { readonly kind: 'guard'; readonly guard: Guard }
  /** What is not known, with what it was made from: the arguments of a call that nobody can follow. */
  | UnknownValue

/** A text; a part that is not known is one character of no meaning. */
export type TextValue = { readonly kind: 'text'; readonly text: string }
export type ListValue = { readonly kind: 'list'; readonly items: Value[] }
export type RecordValue = {
  readonly kind: 'record'
  readonly members: Map<string, Value>
  /** Where members are looked for that it does not have itself: its class, or its prototype. */
  readonly parent?: ClassValue | RecordValue
}
export type FunctionValue = {
  readonly kind: 'function'
  readonly node: FunctionNode | ArrowFunctionExpression
  readonly scope: Scope
  readonly name?: string
  readonly self?: Value
  readonly isGetter?: boolean
  /** A plugin of Fastify that shares the context it is registered in. */
  readonly isShared?: boolean
  readonly members: Map<string, Value>
}
export type ClassValue = {
  readonly kind: 'class'
  readonly node: Class
  readonly scope: Scope
  readonly name?: string
  readonly base?: Value
  readonly members: Map<string, Value>
}
export type NativeValue = { readonly kind: 'native'; readonly name: string; readonly call: (call: Call) => Value }
export type RouterValue = {
  readonly kind: 'router'
  readonly router: Router
  /** What stands before the paths that are registered through this value. */
  readonly base?: string
  /** Whether the path is complete, so that calls have none: `app.route('/pets').get(…)`. */
  readonly isFixed?: boolean
  /** Where it wants to be mounted. */
  readonly mountAt?: string
}
export type UnknownValue = { readonly kind: 'unknown'; readonly name?: string; readonly from: readonly Value[] }

/** A call with what it is given. */
export type Call = {
  readonly args: readonly Value[]
  readonly argNodes: readonly Node[]
  readonly node: Node
  readonly scope: Scope
  readonly self?: Value
  readonly isNew: boolean
}

/** The character that stands for a part of a text that is not known. */
export const gap = '\u0000'

export const nothing: Value = { kind: 'plain', value: undefined }

export function textOf(text: string): TextValue {
  return { kind: 'text', text }
}

export function listOf(items: readonly Value[]): ListValue {
  return { kind: 'list', items: [...items] }
}

export function recordOf(members: Readonly<Record<string, Value>> = {}): RecordValue {
  return { kind: 'record', members: new Map(Object.entries(members)) }
}

export function unknown(name?: string, from: readonly Value[] = []): UnknownValue {
  return name === undefined ? { kind: 'unknown', from } : { kind: 'unknown', name, from }
}

export function native(name: string, call: (call: Call) => Value): NativeValue {
  return { kind: 'native', name, call }
}

/** The text of a value; `undefined` where it is none. */
export function asText(value: Value | undefined): string | undefined {
  if (value?.kind === 'text') return value.text
  return value?.kind === 'plain' && typeof value.value === 'number' ? String(value.value) : undefined
}

/** The texts of a value that is a text or a list of texts; `undefined` where it is anything else. */
export function asTexts(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind === 'text') return [value.text]
  if (value?.kind !== 'list') return undefined
  const texts = value.items.map(asText)
  const known = texts.filter(text => text !== undefined)
  return known.length === texts.length ? known : undefined
}

/** A member that stands in a record itself. */
export function ownMember(value: Value | undefined, name: string): Value | undefined {
  return value?.kind === 'record' ? value.members.get(name) : undefined
}

/** Copies what a record has; nothing where a value is none. */
export function copyMembers(from: Value, to: Map<string, Value>): void {
  if (from.kind !== 'record') return
  for (const [name, value] of from.members) to.set(name, value)
}

/** Whether reading came to something that can be used. */
export function isKnown(value: Value): boolean {
  return value.kind !== 'unknown' && !(value.kind === 'external' && value.module === 'global')
}

/** Whether a value counts as true; `undefined` where that is not known. */
export function truthOf(value: Value): boolean | undefined {
  if (value.kind === 'plain') return Boolean(value.value)
  if (value.kind === 'text') return value.text === gap ? undefined : value.text !== ''
  return isKnown(value) && value.kind !== 'external' ? true : undefined
}

/** Where a function keeps what it returns. */
export const returned = '<returned>'
