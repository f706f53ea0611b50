// RFC 8628 §3.2, §3.4
import type { Seconds } from '@ambit/protocol'

/** The grant type that a device redeems its code by. @spec RFC 8628 §3.4 */
export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

/** How the device flow behaves, with every default filled in. */
export type DeviceSettings = {
  /** How long a device waits for its user. */
  readonly ttl: Seconds
  /** How long it waits between two polls. */
  readonly interval: Seconds
  readonly userCodeLength: number
}
