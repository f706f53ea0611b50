import { hostname } from 'node:os'
import type { Crypto } from '@ambit/server'
import { schemaVersion } from '@ambit/store'
import { version } from '../cli/version.ts'
import type { Config } from '../config/config.ts'
import { configHash } from './config-hash.ts'
import type { NodeFacts } from './presence.ts'

/** What this process tells the others of itself. */
export function thisNode(config: Config, issuer: string, crypto: Pick<Crypto, 'hash'>): NodeFacts {
  return {
    host: hostname(),
    pid: process.pid,
    version: version(),
    schema: schemaVersion[adapterOf(config)],
    configHash: configHash(config, issuer, crypto),
  }
}

function adapterOf({ store }: Pick<Config, 'store'>): keyof typeof schemaVersion {
  if (typeof store === 'object') return 'postgres'
  return store === 'memory' ? 'memory' : 'sqlite'
}
