import type { UserId, UserRecord } from '@ambit/server'
import { verifiedEmail } from '../user-email.ts'
import { foldUsername } from '../username.ts'

/** Users, and by what they are found beside their identifiers. */
export class UserIndex {
  readonly #users = new Map<string, UserRecord>()
  readonly #byName = new Map<string, UserRecord>()
  readonly #byEmail = new Map<string, Map<string, UserRecord>>()

  has(userId: string): boolean {
    return this.#users.has(userId)
  }

  get(userId: string): UserRecord | undefined {
    return this.#users.get(userId)
  }

  values(): readonly UserRecord[] {
    return [...this.#users.values()]
  }

  named(username: string): UserRecord | undefined {
    return this.#byName.get(foldUsername(username))
  }

  /** Those who have the address, which is folded. */
  reachedAt(foldedEmail: string): readonly UserRecord[] {
    return [...(this.#byEmail.get(foldedEmail)?.values() ?? [])]
  }

  set(user: UserRecord): void {
    this.delete(user.userId)
    this.#users.set(user.userId, user)
    this.#byName.set(foldUsername(user.username), user)
    const email = verifiedEmail(user)
    if (email === undefined) return
    const owners = this.#byEmail.get(email) ?? new Map<string, UserRecord>()
    this.#byEmail.set(email, owners.set(user.userId, user))
  }

  delete(userId: UserId): boolean {
    const user = this.#users.get(userId)
    if (!user) return false
    this.#byName.delete(foldUsername(user.username))
    const email = verifiedEmail(user)
    const owners = email === undefined ? undefined : this.#byEmail.get(email)
    owners?.delete(userId)
    if (email !== undefined && owners?.size === 0) this.#byEmail.delete(email)
    return this.#users.delete(userId)
  }
}
