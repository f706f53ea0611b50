// RFC 6901 §3
import { isObject } from '../../call/resolve-schema.ts'

/** The value of an object's own member. */
export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** A text; anything else is `undefined`. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The members of an object in their order, without extensions; none where it is no object. */
export function membersIn(value: unknown): readonly (readonly [name: string, value: unknown])[] {
  return isObject(value) ? Object.entries(value).filter(([name]) => !name.startsWith('x-')) : []
}

/** One step deeper. @spec RFC 6901 §3 */
export function pointerTo(pointer: string, ...names: readonly (string | number)[]): string {
  return [pointer, ...names.map(name => String(name).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}

/** So many steps up. */
export function pointerAbove(pointer: string, steps: number): string {
  return pointer.split('/').slice(0, -steps).join('/')
}
