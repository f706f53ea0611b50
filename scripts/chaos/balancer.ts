import { Agent } from 'node:http'
import type { Journal } from './journal.ts'
import { pauseFor } from './load/pause.ts'
import type { Random } from './random.ts'
import { type LoadRequest, type NodeAddress, type Outcome, send } from './send.ts'

/** How often nodes are asked whether they are ready, and how long they have for that, in milliseconds. */
const probeEvery = 250
const probePatience = 1_000

/** Where requests are sent. */
export type Sender = Pick<Balancer, 'send'>

/** Spreads requests over the nodes, as the load balancer of an installation does. */
export type Balancer = {
  /**
   * Sends to the preferred node where that is thought to live, or to another. Where the connection is refused
   * nothing was sent, so another node is tried; after anything else it is not known what was done, and whoever asked decides.
   */
  readonly send: (request: LoadRequest, preferred?: string) => Promise<Outcome>
  /** Sends to one node, whatever is thought of it. */
  readonly only: (node: string) => Sender
  readonly names: readonly string[]
  /** Another node than this one, where there is one. */
  readonly otherThan: (node: string) => string
  /** Sends nothing more to a node; resolves once nothing is under way there. */
  readonly takeOut: (node: string) => Promise<void>
  readonly putIn: (node: string) => void
  /** Resolves once every node on duty is ready. */
  readonly untilReady: () => Promise<void>
  readonly close: () => void
}

type Member = NodeAddress & { isOut: boolean; isSilent: boolean; underWay: number }

/** What a balancer stands between. */
export type BalancerOptions = {
  readonly nodes: readonly { readonly name: string; readonly port: number }[]
  readonly journal: Pick<Journal, 'note'>
  readonly random: Random
  /** How long the load waits for an answer, in milliseconds. */
  readonly patience: number
}

/** Opens a balancer. */
export function openBalancer({ nodes, journal, random, patience }: BalancerOptions): Balancer {
  const members = nodes.map(
    (node): Member => ({
      ...node,
      agent: new Agent({ keepAlive: true, maxSockets: 256 }),
      isOut: false,
      isSilent: false,
      underWay: 0,
    }),
  )
  const choose = (tried: readonly Member[]): Member | undefined => {
    const free = members.filter(member => !member.isOut && !tried.includes(member))
    const alive = free.filter(isServing)
    return random.pick(alive.length > 0 ? alive : free)
  }
  const sendTo = async (member: Member, request: LoadRequest): Promise<Outcome> => {
    member.underWay++
    const outcome = await send(member, request, patience)
    member.underWay--
    journal.note(request, outcome)
    if (outcome.kind === 'silence') member.isSilent = true
    return outcome
  }
  const sendAny = async (request: LoadRequest, tried: readonly Member[], preferred?: Member): Promise<Outcome> => {
    const member = preferred && isServing(preferred) ? preferred : choose(tried)
    if (!member) throw new Error('no node is left to send to')
    const outcome = await sendTo(member, request)
    const isSafe = outcome.kind === 'silence' && outcome.cause === 'refused'
    return isSafe && choose([...tried, member]) ? sendAny(request, [...tried, member]) : outcome
  }
  const named = (name: string): Member => {
    const member = members.find(each => each.name === name)
    if (!member) throw new Error(`there is no node \`${name}\``)
    return member
  }
  const probing = setInterval(() => {
    for (const member of members) void probe(member)
  }, probeEvery)
  return {
    names: members.map(({ name }) => name),
    send: (request, preferred) => sendAny(request, [], preferred === undefined ? undefined : named(preferred)),
    only: node => ({ send: request => sendTo(named(node), request) }),
    otherThan: node => random.pick(members.filter(({ name }) => name !== node))?.name ?? node,
    takeOut: async node => {
      const member = named(node)
      member.isOut = true
      while (member.underWay > 0) await pauseFor(5)
    },
    putIn: node => {
      named(node).isOut = false
    },
    untilReady: async () => {
      while (members.some(({ isOut, isSilent }) => !isOut && isSilent)) await pauseFor(10)
    },
    close: () => {
      clearInterval(probing)
      for (const { agent } of members) agent.destroy()
    },
  }
}

/**
 * A node that stands still is noticed by its silence. One that says that it is not ready stays: when the database is away
 * all say so, and then the answer to a request is worth more than none.
 */
async function probe(member: Member): Promise<void> {
  const outcome = await send(member, { method: 'GET', target: '/readyz' }, probePatience)
  if (outcome.kind === 'silence') member.isSilent = true
  else if (outcome.status === 200) member.isSilent = false
}

function isServing({ isOut, isSilent }: Member): boolean {
  return !isOut && !isSilent
}
