import type { ActionOf, PolicyModel } from '@ambit/policy'
import type { PolicyGuard } from '@ambit/resource'
import type { AllOf } from '@ambit/scope'
import type { InventoryPolicy } from './inventory-policy.ts'
import type { DemoScope, Operation } from './operation.ts'
import { amount, item, listOf, objectOf, supply, text, whole } from './schemas.ts'
import { changePrice, changeStock, findItem, readChange, type Shop, seeItem, withdraw } from './shop.ts'

const numberBody = (number: number) => ({
  schema: objectOf({ item: text, number: whole }),
  example: { item: 'hay', number },
})
const numberAnswer = { status: 200, schema: objectOf({ item: text, number: whole }) } as const

/** The operations of the inventory, each one an action of its policy. */
export function inventory({ model }: InventoryPolicy, guard: PolicyGuard<InventoryPolicy>): readonly Operation[] {
  const at: At = (method, path, action) => ({
    api: 'inventory',
    method,
    path: `/inventory${path}`,
    needs: needsOf(model, action),
    action,
  })
  return [...supplies(at), seeing(at, guard), ...changes(at, guard)]
}

type At = (
  method: Operation['method'],
  path: string,
  action: ActionOf<InventoryPolicy>,
) => Pick<Operation, 'api' | 'method' | 'path' | 'needs'> & { readonly action: string }

function supplies(at: At): readonly Operation[] {
  return [
    {
      name: 'list supply orders',
      ...at('GET', '/orders', 'supply.list'),
      answer: { status: 200, schema: listOf(supply) },
      act: show(({ supplies: all }) => all.map(({ id, supplier }) => ({ id, supplier }))),
    },
    {
      name: 'list the items of supply orders',
      ...at('GET', '/orders/items', 'supply.listItems'),
      answer: { status: 200, schema: listOf({ type: 'string' }) },
      act: show(({ supplies: all }) => all.flatMap(({ items }) => items)),
    },
  ]
}

function seeing(at: At, guard: PolicyGuard<InventoryPolicy>): Operation {
  return {
    name: 'see an item',
    ...at('GET', '/stores/{store}/items/{item}', 'item.read'),
    parameters: [
      { name: 'store', in: 'path', required: true, schema: text, example: 'main' },
      { name: 'item', in: 'path', required: true, schema: text, example: 'hay' },
    ],
    answer: { status: 200, schema: item },
    judge: (shop, { parameters }, access) => {
      const found = findItem(shop, parameters)
      return found && guard.decide(access, 'item.read', { item: found })
    },
    act: seeItem,
  }
}

function changes(at: At, guard: PolicyGuard<InventoryPolicy>): readonly Operation[] {
  return [
    {
      name: 'change the stock',
      ...at('POST', '/stock', 'item.changeStock'),
      body: numberBody(40),
      answer: numberAnswer,
      judge: (shop, { body }, access) => {
        const change = readChange(shop, 'number', body)
        return (
          change && guard.decide(access, 'item.changeStock', { item: change.item, input: { number: change.value } })
        )
      },
      act: changeStock,
    },
    {
      name: 'take from the stock',
      ...at('POST', '/withdrawals', 'item.withdraw'),
      body: numberBody(1),
      answer: numberAnswer,
      judge: (shop, { body }, access) => {
        const change = readChange(shop, 'number', body)
        return change && guard.decide(access, 'item.withdraw', { item: change.item, input: { number: change.value } })
      },
      act: withdraw,
    },
    {
      name: 'change a price',
      ...at('POST', '/prices', 'item.changePrice'),
      body: { schema: objectOf({ item: text, price: amount }), example: { item: 'hay', price: 8 } },
      answer: { status: 200, schema: objectOf({ item: text, price: amount }) },
      judge: (shop, { body }, access) => {
        const change = readChange(shop, 'price', body)
        return change && guard.decide(access, 'item.changePrice', { item: change.item, input: { price: change.value } })
      },
      act: changePrice,
    },
  ]
}

function show(pick: (shop: Shop) => unknown): Operation['act'] {
  return shop => ({ kind: 'done', value: pick(shop) })
}

/** What the policy asks of a token's scope: each action of the inventory has one alternative. */
function needsOf({ actions, catalogue }: PolicyModel, name: string): AllOf<DemoScope> {
  const isDeclared = (token: string): token is DemoScope => catalogue.definition(token) !== undefined
  return { allOf: actions.get(name)?.requirement.anyOf[0].tokens.filter(isDeclared) ?? [] }
}
