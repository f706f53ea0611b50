import type { DemoScope, Operation } from './operation.ts'
import { cancelOrder, changeOrder, listOrders, placeOrder, seeOrder } from './orders.ts'
import { id, listOf, objectOf, order, pet, text } from './schemas.ts'
import { addPet } from './shop.ts'

const orderBody = { schema: objectOf({ pet: text }), example: { pet: 'Minka' } }

/** The operations of the pet store. */
export const petStore: readonly Operation[] = [
  {
    ...at('GET', '/pets', 'read_pets'),
    name: 'list pets',
    answer: { status: 200, schema: listOf(pet) },
    act: ({ pets }) => ({ kind: 'done', value: pets }),
  },
  {
    ...at('POST', '/pets', 'write_pets'),
    name: 'add a pet',
    body: { schema: objectOf({ name: text }), example: { name: 'Rex' } },
    answer: { status: 201, schema: pet },
    act: addPet,
  },
  {
    ...at('GET', '/orders', 'read_orders'),
    name: 'list orders',
    parameters: [{ name: 'ids', in: 'query', schema: { type: 'string', pattern: '^[0-9]+(,[0-9]+)*$' } }],
    answer: { status: 200, schema: listOf(order) },
    act: listOrders,
  },
  {
    ...at('POST', '/orders', 'write_orders'),
    name: 'order a pet',
    body: orderBody,
    answer: { status: 201, schema: order },
    act: placeOrder,
  },
  {
    ...at('GET', '/orders/{id}', 'read_orders'),
    name: 'see an order',
    parameters: orderId(1),
    answer: { status: 200, schema: order },
    act: seeOrder,
  },
  {
    ...at('PUT', '/orders/{id}', 'read_orders', 'write_orders'),
    name: 'change an order',
    parameters: orderId(1),
    body: orderBody,
    answer: { status: 200, schema: order },
    act: changeOrder,
  },
  {
    ...at('DELETE', '/orders/{id}', 'write_orders'),
    name: 'cancel an order',
    parameters: orderId(3),
    answer: { status: 204 },
    act: cancelOrder,
  },
  {
    ...at('GET', '/report', 'admin'),
    name: 'see the report',
    answer: { status: 200, schema: objectOf({ pets: { type: 'integer' }, orders: { type: 'integer' } }) },
    act: ({ pets, orders }) => ({ kind: 'done', value: { pets: pets.length, orders: orders.size } }),
  },
]

function at(method: Operation['method'], path: string, ...scopes: readonly DemoScope[]) {
  return { api: 'petstore', method, path: `/petstore${path}`, needs: { allOf: scopes } } as const
}

function orderId(example: number): NonNullable<Operation['parameters']> {
  return [{ name: 'id', in: 'path', required: true, schema: id, example }]
}
