import type { FeatureSettings } from './feature-row.ts'

/** Every feature that a configuration can switch on: a further one is a row here. */
export const featureTable = {} as const

/** The member `features` of a configuration. */
export type FeaturesConfig = FeatureSettings<typeof featureTable>
