import { after, type EpochSeconds, epochSeconds, seconds } from '@ambit/protocol'
import type { Clock, Crypto, NodeRecord, Observe, Store } from '@ambit/server'
import type { Metrics } from '../observe/metrics.ts'
import { aheadOf, type SkewLevel, skewLevelOf } from './clock-skew.ts'

/** What a node tells of itself. */
export type NodeFacts = Pick<NodeRecord, 'host' | 'pid' | 'version' | 'schema' | 'configHash'>

/** What a node's presence is kept with. */
export type PresenceWorld = {
  readonly store: Pick<Store, 'announceNode' | 'forgetNode'>
  readonly clock: Clock
  readonly crypto: Pick<Crypto, 'random'>
  readonly observe: Observe
  readonly metrics: Pick<Metrics, 'setNodes' | 'setClockAhead'>
}

/** How long a node counts as alive after it was heard of last: clocks and pauses of half a minute do not end it. */
const presenceTtl = seconds(60)
/** By how many milliseconds a clock may be off otherwise than was known before others are looked for again. */
const unnoticed = 1_000
/** How often an operator is told of a skew that lasts, in seconds. */
const toldAgainAfter = 300

/** This process among the nodes that serve with one store. */
export class Presence {
  readonly nodeId: string
  readonly #facts: NodeFacts
  readonly #world: PresenceWorld
  readonly #startedAt: NodeRecord['startedAt']
  readonly #toldOf = new Set<string>()
  #others: readonly NodeRecord[] = []
  #aheadMillis: number | undefined
  #skew: SkewLevel = 'none'
  #skewToldAt = Number.NEGATIVE_INFINITY

  constructor(facts: NodeFacts, world: PresenceWorld) {
    this.#facts = facts
    this.#world = world
    this.nodeId = world.crypto.random(12)
    this.#startedAt = world.clock.now()
  }

  /** What this node runs: the program, and what it is configured to do. */
  get running(): string {
    return `${this.#facts.version} ${this.#facts.configHash}`
  }

  /**
   * Says that this node lives, finds out which others do, and compares its clock with the store's. Who lives is judged by the
   * store's clock: by one that is a minute off everybody else would seem to be gone.
   */
  async announce(): Promise<void> {
    const { metrics } = this.#world
    const known = this.#aheadMillis ?? 0
    let nodes = await this.#exchange()
    if (Math.abs((this.#aheadMillis ?? 0) - known) > unnoticed) nodes = await this.#exchange()
    this.#others = nodes.filter(node => node.nodeId !== this.nodeId)
    metrics.setNodes({ count: nodes.length, differing: this.differing().length })
    this.#tellOfDifferent()
  }

  /** The other nodes that run with another configuration, as far as is known. */
  differing(): readonly NodeRecord[] {
    return this.#others.filter(node => node.configHash !== this.#facts.configHash)
  }

  /** What an operator should look at, although this node serves: sentences that may be read by anybody. */
  notes(): readonly string[] {
    const count = this.differing().length
    const ofClock = this.#skew === 'none' ? [] : [skewSentence(this.#aheadMillis ?? 0)]
    const ofOthers = `nodes with another configuration: ${count}; \`ambit nodes\` lists them`
    return count === 0 ? ofClock : [...ofClock, ofOthers]
  }

  /** By how many seconds this clock is ahead of the store's, as far as is known; 0 where it is behind. */
  aheadSeconds(): number {
    return Math.max(0, Math.ceil((this.#aheadMillis ?? 0) / 1000))
  }

  /** What time it is by the store's clock, as far as is known: what is kept there until a time is to end for all nodes at once. */
  now(): EpochSeconds {
    return this.#byStore(this.#world.clock.now())
  }

  /** Is forgotten by the others. */
  leave(): Promise<void> {
    return this.#world.store.forgetNode(this.nodeId)
  }

  async #exchange(): Promise<readonly NodeRecord[]> {
    const { store, clock } = this.#world
    const at = this.now()
    const sentAt = clock.millis()
    const { nodes, storeMillis } = await store.announceNode(this.#record(at), at)
    if (storeMillis !== undefined) this.#compareClocks({ sentAt, receivedAt: clock.millis(), storeMillis })
    return nodes
  }

  /** A time of this clock as the store's tells it, as far as is known. */
  #byStore(time: EpochSeconds): EpochSeconds {
    return epochSeconds(Math.max(0, time - (this.#aheadMillis ?? 0) / 1000))
  }

  #record(at: EpochSeconds): NodeRecord {
    const { nodeId } = this
    const times = { startedAt: this.#byStore(this.#startedAt), seenAt: at, expiresAt: after(at, presenceTtl) }
    return {
      nodeId,
      ...this.#facts,
      ...(this.#aheadMillis !== undefined && { aheadMillis: this.#aheadMillis }),
      ...times,
    }
  }

  #compareClocks(reading: Parameters<typeof aheadOf>[0]): void {
    const { clock, observe, metrics } = this.#world
    const level = skewLevelOf(reading)
    this.#aheadMillis = aheadOf(reading)
    metrics.setClockAhead(this.#aheadMillis / 1000)
    const isNews = level !== this.#skew || Math.abs(clock.now() - this.#skewToldAt) >= toldAgainAfter
    this.#skew = level
    if (level === 'none' || !isNews) return
    this.#skewToldAt = clock.now()
    const message = skewSentence(this.#aheadMillis)
    observe({ kind: 'clock.skewed', aheadSeconds: this.#aheadMillis / 1000, isSevere: level === 'severe', message })
  }

  #tellOfDifferent(): void {
    const differing = new Map(this.differing().map(node => [`${node.nodeId} ${node.configHash}`, node]))
    for (const key of this.#toldOf) if (!differing.has(key)) this.#toldOf.delete(key)
    for (const [key, node] of differing) {
      if (this.#toldOf.has(key)) continue
      this.#toldOf.add(key)
      this.#world.observe({ kind: 'warning', about: 'nodes', message: differenceSentence(node) })
    }
  }
}

/** By how much a clock is off, and what to do. */
export function skewSentence(aheadMillis: number): string {
  const by = (Math.abs(aheadMillis) / 1000).toFixed(1)
  return `the clock of this machine is ${by} seconds ${aheadMillis > 0 ? 'ahead of' : 'behind'} that of the database; let both keep time by NTP`
}

function differenceSentence({ nodeId, host, pid, version }: NodeRecord): string {
  return `node \`${nodeId}\` (${host}, process ${pid}, version ${version}) runs with another configuration`
}
