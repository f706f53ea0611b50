// OpenAPI 3.1 §4.8.10
import type { Has } from './defects.ts'
import { amountType, strongLogin } from './names.ts'

/** The two APIs: one verifies JWTs by itself, the other asks about each token. */
export type ApiName = 'petstore' | 'inventory'

/** A parameter as the document shows it. */
type DescribedParameter = {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: true
  readonly schema: object
  readonly example?: unknown
}

/** One operation of the planted API. */
export type PlantedOperation = {
  readonly operationId: string
  readonly summary: string
  readonly api: ApiName
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly needs: readonly string[]
  /** The policy's action that it is. */
  readonly action?: string
  /** How the user must have logged in. @spec RFC 9470 §3 */
  readonly login?: { readonly acr: string; readonly maxAge: number }
  /** The type of authorization detail that must allow it. @spec RFC 9396 §2 */
  readonly details?: string
  readonly parameters?: readonly DescribedParameter[]
  readonly body?: { readonly schema: object; readonly example: object | readonly object[] }
  readonly answer: { readonly status: 200 | 201 | 204; readonly schema?: object }
}

const text = { type: 'string', minLength: 1, maxLength: 40 } as const
const amount = { type: 'number', minimum: 0, maximum: 1000 } as const
const whole = { type: 'integer', minimum: 0, maximum: 1000 } as const
const id = { type: 'integer', minimum: 1 } as const
const objectOf = (properties: object) => ({ type: 'object', required: Object.keys(properties), properties })
const listOf = (items: object) => ({ type: 'array', items })

const pet = objectOf({ id, name: text })
const order = objectOf({ id, pet: text, by: { type: 'string' } })
const supply = objectOf({ id, supplier: { type: 'string' } })
const item = objectOf({
  name: text,
  store: { type: 'string' },
  number: { type: 'integer' },
  price: { type: 'number' },
  locked: { type: 'boolean' },
})
const orderBody = { schema: objectOf({ pet: text }), example: { pet: 'Minka' } }
const orderId = (example: number) => [{ name: 'id', in: 'path', required: true, schema: id, example } as const]

const petStore = [
  at('petstore', 'GET', '/pets', { summary: 'list pets', needs: ['read_pets'], answer: ok(listOf(pet)) }),
  at('petstore', 'POST', '/pets', {
    summary: 'add a pet',
    needs: ['write_pets'],
    body: { schema: objectOf({ name: text }), example: { name: 'Rex' } },
    answer: { status: 201, schema: pet },
  }),
  at('petstore', 'GET', '/orders', {
    summary: 'list orders',
    needs: ['read_orders'],
    parameters: [{ name: 'ids', in: 'query', schema: { type: 'string', pattern: '^[0-9]+(,[0-9]+)*$' } }],
    answer: ok(listOf(order)),
  }),
  at('petstore', 'POST', '/orders', {
    summary: 'order a pet',
    needs: ['write_orders'],
    body: orderBody,
    answer: { status: 201, schema: order },
  }),
  at('petstore', 'GET', '/orders/{id}', {
    summary: 'see an order',
    needs: ['read_orders'],
    parameters: orderId(1),
    answer: ok(order),
  }),
  at('petstore', 'PUT', '/orders/{id}', {
    summary: 'change an order',
    needs: ['read_orders', 'write_orders'],
    parameters: orderId(1),
    body: orderBody,
    answer: ok(order),
  }),
  at('petstore', 'DELETE', '/orders/{id}', {
    summary: 'cancel an order',
    needs: ['write_orders'],
    parameters: orderId(3),
    answer: { status: 204 },
  }),
  at('petstore', 'GET', '/report', {
    summary: 'see the report',
    needs: ['admin'],
    answer: ok(objectOf({ pets: { type: 'integer' }, orders: { type: 'integer' } })),
  }),
] as const satisfies readonly PlantedOperation[]

const inventory = [
  at('inventory', 'GET', '/orders', {
    summary: 'list supply orders',
    needs: ['order'],
    action: 'supply.list',
    answer: ok(listOf(supply)),
  }),
  at('inventory', 'GET', '/orders/items', {
    summary: 'list the items of supply orders',
    needs: ['order:items'],
    action: 'supply.listItems',
    answer: ok(listOf({ type: 'string' })),
  }),
  at('inventory', 'GET', '/stores/{store}/items/{item}', {
    summary: 'see an item',
    needs: ['inventory:read'],
    action: 'item.read',
    parameters: [
      { name: 'store', in: 'path', required: true, schema: text, example: 'main' },
      { name: 'item', in: 'path', required: true, schema: text, example: 'hay' },
    ],
    answer: ok(item),
  }),
  at('inventory', 'POST', '/stock', {
    summary: 'change the stock',
    needs: ['inventory:write'],
    action: 'item.changeStock',
    body: { schema: objectOf({ item: text, number: whole }), example: { item: 'hay', number: 40 } },
    answer: ok(objectOf({ item: text, number: whole })),
  }),
  at('inventory', 'POST', '/withdrawals', {
    summary: 'take from the stock',
    needs: ['inventory:stock:write'],
    action: 'item.withdraw',
    body: { schema: objectOf({ item: text, number: whole }), example: { item: 'hay', number: 1 } },
    answer: ok(objectOf({ item: text, number: whole })),
  }),
  at('inventory', 'POST', '/prices', {
    summary: 'change a price',
    needs: ['inventory:price:write'],
    action: 'item.changePrice',
    body: { schema: objectOf({ item: text, price: amount }), example: { item: 'hay', price: 8 } },
    answer: ok(objectOf({ item: text, price: amount })),
  }),
] as const satisfies readonly PlantedOperation[]

/**
 * What the demonstration does not have: a strong login, a call without a body that writes, a list of parts, and authorization
 * details.
 */
const ownOnly = [
  at('petstore', 'GET', '/takings', {
    summary: 'see the takings',
    needs: ['admin'],
    action: 'takings.read',
    login: { acr: strongLogin, maxAge: 600 },
    answer: ok(objectOf({ total: { type: 'number' } })),
  }),
  at('petstore', 'POST', '/greetings', { summary: 'greet the shop', needs: ['write_orders'], answer: { status: 204 } }),
  at('inventory', 'POST', '/stocktakings', {
    summary: 'take stock',
    needs: ['inventory:write'],
    body: { schema: listOf(objectOf({ item: text, number: whole })), example: [{ item: 'hay', number: 40 }] },
    answer: ok(listOf(objectOf({ item: text, number: whole }))),
  }),
  at('petstore', 'POST', '/payments', {
    summary: 'pay for pets',
    needs: ['write_orders'],
    action: 'payment.make',
    details: amountType,
    body: { schema: objectOf({ amount }), example: { amount: 10 } },
    answer: { status: 201, schema: objectOf({ amount }) },
  }),
] as const satisfies readonly PlantedOperation[]

/** The operations that copy and demonstration have in common. */
export const sharedOperations: readonly PlantedOperation[] = [...petStore, ...inventory]

/** All operations of the copy. */
export const plantedOperations: readonly PlantedOperation[] = [...sharedOperations, ...ownOnly]

/** What an operation asks of a token's scope, which defects of the document change together with the document. */
export function needsOf({ operationId, needs }: PlantedOperation, has: Has): readonly string[] {
  if (operationId !== 'addAPet') return needs
  if (has('document-without-scope')) return []
  return has('read-scope-writes') ? ['read_pets'] : needs
}

type Rest = Omit<PlantedOperation, 'operationId' | 'api' | 'method' | 'path'>

function at(api: ApiName, method: PlantedOperation['method'], path: string, rest: Rest): PlantedOperation {
  const operationId = rest.summary.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase())
  return { operationId, api, method, path: `/${api}${path}`, ...rest }
}

function ok(schema: object): PlantedOperation['answer'] {
  return { status: 200, schema }
}
