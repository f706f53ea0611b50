// Token Status List §7.1
import { type Clock, endLostTokens, type Store, type UserRecord } from '@ambit/server'
import type { Config } from '../config/config.ts'
import type { Bookmark } from '../nodes/bookmark.ts'
import { isLastConfig, noteLastConfig } from '../nodes/last-config.ts'
import type { Lease } from '../nodes/lease.ts'

type Permissions = Pick<Config, 'catalogue' | 'roles' | 'grantable' | 'statusList'>

/** What ending them wants. */
export type LostWorld = {
  readonly store: Store
  readonly clock: Clock
  /** The program and its configuration. */
  readonly running: string
  /** Whether every node that serves with this store has this configuration. */
  readonly isAgreed: () => Promise<boolean>
  /** Whose turn it is among the nodes that run this. */
  readonly lease: Lease
  /** How far it has come. */
  readonly bookmark: Bookmark
}

/** The users that are gone through at once; on a database they are asked for together. */
const partSize = 200

/** Whether there was a node with another configuration when the present round began, and after which user it goes on. */
type Round = { readonly wasAgreed: boolean; readonly after?: string }

/** What has become of a step: there is more, it is another's turn or must wait for other nodes, or everything is done. */
type Step = 'more' | 'waits' | 'done'

/**
 * Ends the tokens whose users may no longer pass on what they carry: the configuration may give roles, users and scopes less
 * than it did when the server ran last. Whoever asks the server is told so at once; APIs that read status lists would not see
 * it otherwise.
 *
 * All users are gone through, so it is done once for a configuration, by one node for the others: again where it may not be
 * the same (what the program asks for permissions may answer otherwise by now), and once more when the last node with another
 * one, which may have issued tokens meanwhile, is gone.
 */
export class LostTokens {
  readonly #config: Permissions
  readonly #world: LostWorld
  #round: Round | undefined
  #hasWaited = false
  #isDone: boolean

  constructor(config: Permissions, world: LostWorld) {
    this.#config = config
    this.#world = world
    this.#isDone = config.statusList === undefined
  }

  /** Whether nothing is left to be done. */
  get isDone(): boolean {
    return this.#isDone
  }

  /** What an operator should know meanwhile: sentences that may be read by anybody. */
  notes(): readonly string[] {
    return this.#isDone ? [] : ['status lists do not have all yet that the configuration took from tokens']
  }

  /** Goes on for about so many milliseconds; answers whether it could go on at once. */
  async goOn(milliseconds: number): Promise<boolean> {
    const { clock, lease } = this.#world
    const begun = clock.millis()
    let step = await this.#step()
    while (step === 'more' && clock.millis() - begun < milliseconds) step = await this.#step()
    if (step === 'done') this.#isDone = true
    if (step !== 'more') await lease.giveBack()
    return step === 'more'
  }

  async #step(): Promise<Step> {
    const { store, lease, bookmark } = this.#world
    if (this.#isDone || (await this.#wasDone())) return 'done'
    if (!(await lease.hold())) return 'waits'
    const round = this.#round ?? (await this.#begin())
    if (!round) return 'waits'
    const { after } = round
    const users = await store.listUsers({ limit: partSize, ...(after !== undefined && { after }) })
    await Promise.all(users.map(user => this.#endOf(user)))
    const last = users.at(-1)
    if (users.length < partSize || !last) return this.#finish(round)
    this.#round = { ...round, after: last.userId }
    await bookmark.keep(JSON.stringify(this.#round))
    return 'more'
  }

  async #wasDone(): Promise<boolean> {
    const { store, running } = this.#world
    return this.#config.grantable === undefined && (await isLastConfig(store, running))
  }

  /** Goes on where whoever did it before ended; a second round waits until the nodes agree. */
  async #begin(): Promise<Round | undefined> {
    const { isAgreed, bookmark } = this.#world
    const kept = await bookmark.read()
    if (kept !== undefined) {
      this.#round = JSON.parse(kept) as Round
      return this.#round
    }
    const wasAgreed = await isAgreed()
    if (this.#hasWaited && !wasAgreed) return undefined
    this.#round = { wasAgreed }
    return this.#round
  }

  async #finish({ wasAgreed }: Round): Promise<Step> {
    const { store, running, isAgreed, bookmark } = this.#world
    this.#round = undefined
    await bookmark.remove()
    if (wasAgreed && (await isAgreed())) {
      await noteLastConfig(store, running)
      return 'done'
    }
    this.#hasWaited = true
    return 'waits'
  }

  #endOf({ userId }: UserRecord): Promise<void> {
    return endLostTokens({ ...this.#config, ...this.#world }, { userId })
  }
}
