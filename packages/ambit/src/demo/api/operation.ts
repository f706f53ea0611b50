import type { Access, Guarded, Principal } from '@ambit/resource'
import type { AllOf, Catalogue } from '@ambit/scope'
import type { DemoCatalogue } from '../catalogue.ts'
import type { BodyDescription, ParameterDescription } from './schemas.ts'
import type { Shop } from './shop.ts'

/** A scope of the demonstration. */
export type DemoScope = DemoCatalogue extends Catalogue<infer Token> ? Token : never

/** Who calls, as far as an operation wants to know. */
type Caller = { readonly subject: string; readonly principal: Principal }

/** A call that was let in. */
export type Call = {
  readonly body: unknown
  readonly caller: Caller
  /** What stands in the path, by name. */
  readonly parameters: ReadonlyMap<string, string>
  readonly query: URLSearchParams
}

/** What an operation answers: a value, what is wrong with the body or came in between, or that there is no such thing. */
export type Outcome =
  | { readonly kind: 'done'; readonly value?: unknown }
  | { readonly kind: 'unfit' | 'overtaken'; readonly detail: string }
  | { readonly kind: 'missing' }

/** One operation of an API: where it is, what it asks of a token, and what it does. */
export type Operation = {
  readonly name: string
  readonly api: 'petstore' | 'inventory'
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `/petstore/orders/{id}` */
  readonly path: string
  readonly needs: AllOf<DemoScope>
  /** The policy's action that it is, where a policy says what it needs. */
  readonly action?: string
  readonly parameters?: readonly ParameterDescription[]
  readonly body?: BodyDescription
  readonly answer: { readonly status: 200 | 201 | 204; readonly schema?: object }
  /** Asks the policy about the object of the call; `undefined` where the call names none, which `act` tells. */
  readonly judge?: (shop: Shop, call: Pick<Call, 'body' | 'parameters'>, access: Access) => Promise<Guarded> | undefined
  readonly act: (shop: Shop, call: Call) => Outcome
}
