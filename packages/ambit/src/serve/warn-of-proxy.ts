import type { Observe } from '@ambit/server'
import type { Config } from '../config/config.ts'

/**
 * Warns where all clients would seem to be one: TLS ends in a proxy, so an https issuer stands behind one, and wrong
 * passwords are counted by the address that they come from.
 */
export function warnOfProxy({ issuer, trustedProxies, tls }: Config, observe: Observe): void {
  const isTlsOurs = tls !== undefined && tls.port === undefined
  if (issuer?.startsWith('https:') !== true || trustedProxies.length > 0 || isTlsOurs) return
  observe({
    kind: 'warning',
    about: 'trustedProxies',
    message:
      'no proxy is trusted, so everybody seems to come from the address of the one that ends TLS, and shares one limit of wrong passwords; name it in `trustedProxies`',
  })
}
