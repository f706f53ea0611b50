import type { ParsedFile } from '../source.ts'
import type { Value } from './value.ts'

/** What names mean at one place of the code. */
export class Scope {
  readonly #bindings = new Map<string, () => Value>()
  readonly #parent: Scope | undefined
  /** Whether `var` belongs here. */
  readonly #isFunction: boolean
  /** The file in which it is. */
  readonly file: ParsedFile

  constructor(around: Scope | ParsedFile, isFunction = false) {
    this.#parent = around instanceof Scope ? around : undefined
    this.#isFunction = isFunction
    this.file = around instanceof Scope ? around.file : around
  }

  define(name: string, value: Value): void {
    this.#bindings.set(name, () => value)
  }

  /** Defines a name whose value is looked for when it is used: what is imported may not be there yet. */
  defineLater(name: string, find: () => Value): void {
    this.#bindings.set(name, find)
  }

  /** Defines a name in the function around, as `var` does. */
  defineInFunction(name: string, value: Value): void {
    if (this.#isFunction || this.#parent === undefined) this.define(name, value)
    else this.#parent.defineInFunction(name, value)
  }

  /** Changes a name where it is defined; a name that nobody defined belongs to the outermost scope. */
  assign(name: string, value: Value): void {
    if (this.#bindings.has(name) || this.#parent === undefined) this.define(name, value)
    else this.#parent.assign(name, value)
  }

  find(name: string): Value | undefined {
    const binding = this.#bindings.get(name)
    return binding === undefined ? this.#parent?.find(name) : binding()
  }
}
