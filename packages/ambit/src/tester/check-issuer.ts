// RFC 7517 §4
import type { IssuerKey, TestIssuer } from '@ambit/tester'
import { join, type Place } from '../config/fields.ts'
import { checkKey } from './check-server.ts'
import type { SecretReader } from './secret-text.ts'
import type { ShapedIssuer, ShapedKey } from './test-shape.ts'

/** A test issuer, and the port on which its keys are served. */
export type CheckedIssuer = { readonly issuer: TestIssuer; readonly keySetPort?: number }

/** Completes a test issuer, its keys read. */
export function checkIssuer(shaped: ShapedIssuer, place: Place, reader: SecretReader): CheckedIssuer | undefined {
  const { issuer, claims = {}, subjects, second, keySetPort } = shaped
  const keys = checkKeys(shaped.keys, { ...place, path: join(place.path, 'keys') }, reader)
  const at = join(join(place.path, 'second'), 'keys')
  const others = second && checkKeys(second.keys, { ...place, path: at }, reader)
  if (keys === undefined) return undefined
  return {
    issuer: {
      issuer,
      keys,
      claims,
      ...(subjects && { subjects }),
      ...(second && others && { second: { issuer: second.issuer, keys: others } }),
    },
    ...(keySetPort !== undefined && { keySetPort }),
  }
}

type Keys = readonly [IssuerKey, ...IssuerKey[]]

function checkKeys(shaped: readonly ShapedKey[], place: Place, reader: SecretReader): Keys | undefined {
  const keys = shaped.flatMap((each, index) => checkOne(each, { ...place, path: `${place.path}[${index}]` }, reader))
  const [first, ...others] = keys
  if (shaped.length === 0 || (first !== undefined && !keys.some(({ role }) => role === 'signing')))
    place.report(place.path, 'a key is wanted whose `role` is `signing`')
  return first === undefined ? undefined : [first, ...others]
}

function checkOne({ kid, alg, key, role }: ShapedKey, place: Place, reader: SecretReader): readonly IssuerKey[] {
  const at = { ...place, path: join(place.path, 'key') }
  const pair = checkKey(key, { kid, alg }, { at, reader })
  return pair === undefined ? [] : [{ kid, alg, key: pair, role: role ?? 'signing' }]
}
