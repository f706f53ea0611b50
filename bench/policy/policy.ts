import { policy } from '@ambit/policy'
import { defineScopes } from '@ambit/scope'
import { at, type Operation, play, type Row } from '../match.ts'
import { casbinJudge, caslJudge, cedarJudge, type Judge } from './peers.ts'
import { expected, type Item, type Question, questions } from './question.ts'

const scopes = defineScopes({ scopes: { 'inventory:read': {}, 'inventory:price:write': {} } })

const shop = policy(scopes)
  .claims<{ store: string; tier: 'partner' | 'internal' }>()
  .objects<{ item: Item }>()
  .actions({
    item: item => ({
      updatePrice: item
        .needs('inventory:price:write')
        .input<{ newPrice: number }>()
        .when('own store', ({ token, item }) => item.store.eq(token.store))
        .when('at most 20 %', ({ input, item }) => input.newPrice.within(20, item.price))
        .forbid('locked', ({ token, item }) => item.locked.isTrue().and(token.tier.ne('internal'))),
    }),
  })

/** Plays the same decisions by our evaluator and by each peer; every engine must first answer all questions rightly. */
export async function run(): Promise<readonly Row[]> {
  const ours = prepared()
  const peers: readonly (readonly [string, Judge])[] = [
    ['Cedar (wasm, parsed beforehand)', cedarJudge()],
    ['casbin', await casbinJudge()],
    ['CASL (the change worked out by the caller)', caslJudge()],
  ]
  for (const [name, judge] of peers) mustAnswerRightly(name, judge)
  mustAnswerRightly('ambit', judgeOf)
  return peers.map(([peer, judge]) =>
    play({ work: 'a decision: scope, two conditions, one prohibition', peer, ours, theirs: counted(judge) }),
  )
}

/** Our decisions, on tokens and calls that are made beforehand, as a guard has them. */
function prepared(): Operation {
  const calls = questions.map(question => ({ token: tokenOf(question), circumstances: circumstancesOf(question) }))
  return round => {
    const { token, circumstances } = at(calls, round)
    return shop.decide('item.updatePrice', token, circumstances).kind === 'allow' ? 1 : 0
  }
}

const judgeOf: Judge = question =>
  shop.decide('item.updatePrice', tokenOf(question), circumstancesOf(question)).kind === 'allow'

function tokenOf({ scope, store, tier }: Question) {
  return { scope: scopes.read([scope]).scope, claims: { store, tier } }
}

function circumstancesOf({ item, newPrice }: Question) {
  return { item, input: { newPrice }, now: 1_800_000_000 }
}

function counted(judge: Judge): Operation {
  return round => (judge(at(questions, round)) ? 1 : 0)
}

function mustAnswerRightly(name: string, judge: Judge): void {
  const wrong = questions.find(question => judge(question) !== expected(question))
  if (wrong) throw new Error(`${name} answers wrongly: ${JSON.stringify(wrong)}`)
}
