import type { Balancer } from '../../scripts/chaos/balancer.ts'
import { openJournal } from '../../scripts/chaos/journal.ts'
import { Ledger } from '../../scripts/chaos/ledger.ts'
import type { Load } from '../../scripts/chaos/load/client.ts'
import { seededRandom } from '../../scripts/chaos/random.ts'
import type { LoadRequest, Outcome } from '../../scripts/chaos/send.ts'

/** What a server of these tests answers: a status and the members of a JSON body, or nothing. */
export type Answer = { readonly status: number; readonly members?: object; readonly location?: string } | 'silence'

/** A load whose requests are answered by a function, so that a server can be made to lie. */
export function loadAgainst(answer: (request: LoadRequest, node: string) => Answer): Load {
  const journal = openJournal()
  const sendTo = async (request: LoadRequest, node = 'node-1'): Promise<Outcome> => {
    const outcome = outcomeOf(answer(request, node), node)
    journal.note(request, outcome)
    return outcome
  }
  const balancer: Balancer = {
    names: ['node-1', 'node-2'],
    send: sendTo,
    only: node => ({ send: request => sendTo(request, node) }),
    otherThan: node => (node === 'node-1' ? 'node-2' : 'node-1'),
    takeOut: async () => {},
    putIn: () => {},
    untilReady: async () => {},
    close: () => {},
  }
  const ledger = new Ledger()
  return { balancer, journal, ledger, random: seededRandom(3), sessions: ['a=b'], isOver: () => true }
}

function outcomeOf(answer: Answer, node: string): Outcome {
  const at = performance.now()
  if (answer === 'silence') return { kind: 'silence', cause: 'reset', node, sentAt: at, endedAt: at }
  const { status, members, location } = answer
  const headers = { 'content-type': 'application/json', ...(location !== undefined && { location }) }
  return { kind: 'answer', status, headers, body: JSON.stringify(members ?? {}), node, sentAt: at, endedAt: at }
}
