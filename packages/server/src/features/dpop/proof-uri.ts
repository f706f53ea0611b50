// RFC 9449 §4.3, RFC 8705 §5
import { normalizeUri } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'

/**
 * The URI that a proof must name: of this path below the issuer, whatever `Host` and proxies say, or the alias for mutual
 * TLS that the metadata has for it, where the proof names that.
 * @spec RFC 9449 §4.3, RFC 8705 §5
 */
export function proofUri(context: ServerContext, path: string, named: string): string {
  const own = new URL(context.issuer).origin + path
  const uri = normalizeUri(own) ?? own
  const wanted = normalizeUri(named)
  const isAlias = wanted !== uri && aliasesOf(context, path).some(alias => normalizeUri(alias) === wanted)
  return isAlias && wanted !== undefined ? wanted : uri
}

function aliasesOf(context: ServerContext, path: string): readonly string[] {
  const parts = context.mounted.metadata.map(metadata => metadata(context))
  const aliases = parts.flatMap(part => Object.values(part.mtls_endpoint_aliases ?? {}))
  return aliases.filter(alias => new URL(alias).pathname === path)
}
