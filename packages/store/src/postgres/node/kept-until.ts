/**
 * Until when the rows of a family are kept, as an SQL expression over its end and its beginning: its end, or the full hour after it
 * where it lasts for more than a day. A family that ends with a session ends at any time of the next weeks; kept to the second,
 * each would stand in a place of its own in the indexes that sweeping needs, and every write would touch another page of them.
 */
export function keptUntil(expiresAt: string, createdAt: string): string {
  return `CASE WHEN ${expiresAt} - ${createdAt} > 86400 THEN ${expiresAt} + 3599 - (${expiresAt} + 3599) % 3600 ELSE ${expiresAt} END`
}
