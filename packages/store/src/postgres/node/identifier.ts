// RFC 9700 §4.15

/**
 * The INSERT that claims identifiers for an owner and answers those that it has: new ones, and those that it had before. Of a
 * client and a user that are saved with one identifier at once, in whatever processes, the second waits for the first.
 * @spec RFC 9700 §4.15
 */
export function claimIdentifier(owner: 'client' | 'user', ids: string): string {
  return `INSERT INTO identifier (id, owner) SELECT id, '${owner}' FROM (${ids}) AS wanted ORDER BY id
    ON CONFLICT (id) DO UPDATE SET owner = excluded.owner WHERE identifier.owner = excluded.owner RETURNING id`
}

/** The key that whatever writes the client or user of an identifier shares. */
export function identifierKey(id: string): string {
  return `identifier ${id}`
}
