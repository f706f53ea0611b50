/** How many refusals a store keeps; a flood of bad requests pushes out the oldest and cannot fill the disk. */
export const refusalLimit = 20_000
