import { declarationOf, profileNames, profiles, settingsOf } from '@ambit/server'
import { isObject } from './fields.ts'

/** A configuration with what its profile fills in below it: what the file says itself stays, and is judged later. */
export function layProfile(raw: unknown): unknown {
  const name = isObject(raw) ? profileNames.find(each => each === raw['profile']) : undefined
  if (!isObject(raw) || name === undefined) return raw
  const { idTokenAlgorithm, features = {} } = declarationOf(profiles[name])
  const keys = raw['keys'] ?? {}
  return {
    ...settingsOf(profiles[name]),
    ...raw,
    ...(idTokenAlgorithm !== undefined && isObject(keys) && { keys: { idTokenAlgorithm, ...keys } }),
    ...layFeatures(raw['features'] ?? {}, features),
  }
}

function layFeatures(declared: unknown, below: Readonly<Record<string, Readonly<Record<string, unknown>>>>): object {
  if (!isObject(declared)) return {}
  const features: Record<string, unknown> = { ...declared }
  for (const [name, options] of Object.entries(below)) features[name] = layFeature(declared[name], options)
  return { features }
}

/** A feature that the file switches off stays off. */
function layFeature(declared: unknown, below: Readonly<Record<string, unknown>>): unknown {
  if (declared === undefined || declared === true) return below
  return isObject(declared) ? { ...below, ...declared } : declared
}
