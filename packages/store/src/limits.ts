import { seconds } from '@ambit/protocol'

/** How many refusals a store keeps; a flood of bad requests pushes out the oldest and cannot fill the disk. */
export const refusalLimit = 20_000

/**
 * How long the status of a token is kept after its end: as long as an API may still take the token for good, since clocks
 * differ. Without this a revoked token would be good again for that long.
 * @spec RFC 7519 §4.1.4
 */
export const statusLeeway = seconds(300)

/** The most uses of a scope that are counted: what a number holds exactly. */
export const mostUses = Number.MAX_SAFE_INTEGER

/**
 * How many authorization requests a sweep lets wait for their users; anybody can begin one, so a flood of them pushes out
 * the oldest and cannot fill the disk.
 */
export const interactionLimit = 50_000

/** How many tickets of a kind that anybody can make are kept; a flood of them pushes out the oldest of its kind. */
export const droppableTicketLimit = 50_000
