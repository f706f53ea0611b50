import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { ConnectionParameters, Host } from './connection-url.ts'

/** What a connection takes from `node:tls`, and whether the login is bound to the channel where the server offers that. */
export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'checkServerIdentity'
> & {
  readonly isChannelBound: boolean
}

const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const

/**
 * How `sslmode` and its kin are meant: as libpq means them, but that `allow` and `prefer` are refused, since whoever sits in
 * between would only have to say that the server knows no TLS. Without `sslmode` a server on this machine is reached without
 * TLS, and any other is verified in full.
 */
export function tlsOptions(parameters: ConnectionParameters, hosts: readonly Host[]): TlsOptions | false {
  const wanted = parameters.sslmode ?? (hosts.every(isOnThisMachine) ? 'disable' : 'verify-full')
  const mode = modes.find(known => known === wanted)
  if (!mode) throw new Error(`\`sslmode\` is \`${wanted}\`; wanted is one of ${modes.join(', ')}`)
  const isBound = isChannelBound(parameters.channel_binding, mode)
  if (mode === 'disable') return false
  const { sslrootcert, sslcert, sslkey } = parameters
  const ca = sslrootcert === undefined || sslrootcert === 'system' ? undefined : readPem('sslrootcert', sslrootcert)
  if (mode === 'verify-ca' && ca === undefined)
    throw new Error(
      '`sslmode=verify-ca` wants `sslrootcert`, the file of the authority; with a public one anybody would do',
    )
  if ((sslcert === undefined) !== (sslkey === undefined))
    throw new Error('`sslcert` and `sslkey` belong together; the URL of the database has only one')
  return {
    ...(ca && { ca }),
    ...(sslcert && { cert: readPem('sslcert', sslcert) }),
    ...(sslkey && { key: readPem('sslkey', sslkey) }),
    rejectUnauthorized: mode !== 'require' || ca !== undefined,
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    isChannelBound: isBound,
  }
}

/** The driver binds where the server offers it, and does not insist; whoever insists has the server verified. */
function isChannelBound(wish: string | undefined, mode: string): boolean {
  if (wish === undefined || wish === 'disable') return false
  if (wish === 'prefer') return true
  if (wish !== 'require') throw new Error(`\`channel_binding\` is \`${wish}\`; wanted is disable, prefer or require`)
  if (mode !== 'verify-full') throw new Error('`channel_binding=require` wants `sslmode=verify-full`')
  return true
}

function readPem(name: string, path: string): string {
  const text = readText(name, path)
  const wanted = name === 'sslkey' ? 'private key' : 'certificate'
  if (!new RegExp(`-----BEGIN [A-Z0-9 ]*${wanted.toUpperCase()}-----`).test(text))
    throw new Error(`\`${name}\` names \`${path}\`, which holds no ${wanted}; a PEM file is wanted`)
  return text
}

function readText(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`\`${name}\` names \`${path}\`, which cannot be read`, { cause: error })
  }
}

function isOnThisMachine({ host }: Host): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.')
}
