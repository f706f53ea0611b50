// RFC 9493 §3
import { type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { isObject } from '../../json-body.ts'
import type { UserId } from '../../ports/ids.ts'
import type { UserRecord } from '../../ports/records.ts'
import type { Store } from '../../ports/store.ts'

/** Whom a request means. @spec RFC 9493 §3.2.2, §3.2.3, §3.2.4 */
export type SubjectIdentifier =
  | { readonly format: 'iss_sub'; readonly iss: string; readonly sub: string }
  | { readonly format: 'opaque'; readonly id: string }
  | { readonly format: 'email'; readonly email: string }

const wanted = '`sub_id` wants the format `iss_sub`, `opaque` or `email`, with exactly the members of that format'

/**
 * Reads a subject identifier.
 * @spec RFC 9493 §3
 * @errors invalid_request: another format, or members that the format does not have
 */
export function parseSubjectIdentifier(value: unknown): SubjectIdentifier | Refusal<'invalid_request'> {
  if (!isObject(value)) return refuse('invalid_request', wanted)
  const { format, iss, sub, id, email } = value
  const isOf = (members: number) => Object.keys(value).length === members
  if (format === 'iss_sub' && isText(iss) && isText(sub) && isOf(3)) return { format, iss, sub }
  if (format === 'opaque' && isText(id) && isOf(2)) return { format, id }
  if (format === 'email' && isText(email) && isOf(2)) return { format, email }
  return refuse('invalid_request', wanted)
}

/** The user who is meant, where it is exactly one. */
export async function findSubject(
  { store, issuer }: Pick<ServerContext, 'store' | 'issuer'>,
  subject: SubjectIdentifier,
): Promise<UserRecord | undefined> {
  switch (subject.format) {
    case 'iss_sub':
      return subject.iss === issuer ? store.findUser(userIdOf(subject.sub)) : undefined
    case 'opaque':
      return store.findUser(userIdOf(subject.id))
    case 'email':
      return findOwner(store, subject.email)
  }
}

/** Addresses are no key of users: two may have one, and then nobody can say who is meant. */
async function findOwner(store: Pick<Store, 'findUsersByEmail'>, email: string): Promise<UserRecord | undefined> {
  const [owner, another] = await store.findUsersByEmail(email, 2)
  return another ? undefined : owner
}

function userIdOf(text: string): UserId {
  return text as UserId
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 512 && value.isWellFormed()
}
