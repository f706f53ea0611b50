// RFC 8705 §2, RFC 9440 §4
import { isAbsolute, resolve } from 'node:path'
import type { Config } from './config.ts'
import type { TlsConfig } from './declaration.ts'
import type { Report } from './fields.ts'

/** Makes the paths absolute. */
export function resolveTls({ cert, key, ca, ...rest }: TlsConfig, directory: string): TlsConfig {
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(directory, path))
  return { ...rest, cert: absolute(cert), key: absolute(key), ...(ca !== undefined && { ca: absolute(ca) }) }
}

/** Reports what of TLS and certificates does not go together, and what would mean nothing. */
export function checkTls(config: Config, report: Report): void {
  checkListener(config, report)
  checkField(config, report)
  checkMutualTls(config, report)
}

function checkListener({ tls, port, issuer }: Config, report: Report): void {
  if (tls === undefined) return
  if (tls.ca !== undefined && !tls.requestCert) report('tls.ca', 'means nothing without `requestCert: true`')
  if (tls.port !== undefined && tls.port !== 0 && tls.port === port)
    report('tls.port', 'another port than `port` is wanted; leave it out where nothing shall speak plain HTTP')
  if (tls.port === undefined && issuer?.startsWith('http:'))
    report('issuer', 'an https URL is wanted, since `port` speaks TLS')
}

/** @spec RFC 9440 §4 */
function checkField({ certificateField, trustedProxies, tls }: Config, report: Report): void {
  if (certificateField === undefined) return
  const { verifiedHeader, isVerified } = certificateField
  if (trustedProxies.length === 0)
    report('certificateField', 'the proxy that writes it is wanted in `trustedProxies`; else anybody could')
  if (verifiedHeader !== undefined && isVerified !== undefined)
    report('certificateField', 'one of `verifiedHeader` and `isVerified` is wanted, not both')
  if (tls?.requestCert && tls.port === undefined)
    report('certificateField', 'is never read, since `port` itself asks for certificates')
}

/** A method is not offered to which no certificate could ever lead. */
function checkMutualTls({ features, tls, certificateField }: Config, report: Report): void {
  const feature = features.find(({ name }) => name === 'mutualTls')
  if (feature === undefined) return
  if (!tls?.requestCert && certificateField === undefined)
    return report('features.mutualTls', 'wants certificates: `tls.requestCert`, or `certificateField` behind a proxy')
  const hasAuthorities = tls?.ca !== undefined || certificateField?.isVerified || certificateField?.verifiedHeader
  const methods = feature.clientAuthentications ?? []
  if (!hasAuthorities && methods.some(({ method }) => method === 'tls_client_auth'))
    report(
      'features.mutualTls.methods',
      '`tls_client_auth` wants authorities: `tls.ca`, or a `certificateField` that the proxy has verified; else leave it out here',
    )
}
