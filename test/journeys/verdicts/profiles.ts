import type { CaseId } from '@ambit/tester'
import type { TestedProfile } from '../tested-profile.ts'
import { frontOfOwnServer } from './own-server.ts'
import { endpointsOfOwnServer } from './own-server-endpoints.ts'
import { type ExpectedVerdict, passes, type VerdictTable } from './verdict-table.ts'

/** The cases that cannot be tried, each with the reason. */
function untried(reasons: Readonly<Partial<Record<CaseId, string>>>): VerdictTable {
  const rows = Object.entries(reasons).map(
    ([id, because]): readonly [string, ExpectedVerdict] => [id, { verdict: 'not_applicable', because }] as const,
  )
  return Object.fromEntries(rows)
}

/** The cases that pass here and cannot be tried on a server without features. */
function passing(...ids: readonly CaseId[]): VerdictTable {
  return Object.fromEntries(ids.map(id => [id, passes] as const))
}

/** Without features nothing differs from our own server as it is. */
const plain: VerdictTable = { ...frontOfOwnServer, ...endpointsOfOwnServer }

const noPublicClients = 'its clients all have keys'
const noSecrets = 'none of its clients has a secret'

const security: VerdictTable = {
  ...plain,
  ...passing('AS-COD-07', 'AS-CLI-05', 'AS-REF-06', 'AS-PAR-01', 'AS-PAR-02', 'AS-PAR-03', 'AS-PAR-04', 'AS-DPO-01'),
  ...untried({
    'AS-RED-03': noPublicClients,
    'AS-AUT-08': noPublicClients,
    'AS-CLI-08': noPublicClients,
    'AS-TOK-08': noSecrets,
    'AS-CLI-01': noSecrets,
    'AS-REF-02': 'FAPI 2.0 §5.3.2.1-9 forbids to rotate refresh tokens',
  }),
}

const messageSigning: VerdictTable = {
  ...security,
  ...passing('AS-JAR-01'),
  ...untried({ 'AS-RED-04': 'a signed request is a JSON object, which cannot say a member twice' }),
}

const everything: VerdictTable = {
  ...plain,
  ...passing('AS-COD-07', 'AS-CLI-05', 'AS-PAR-01', 'AS-PAR-02', 'AS-PAR-04', 'AS-JAR-01', 'AS-DEV-01', 'AS-DEV-02'),
  ...passing('AS-DCR-01', 'AS-DCR-02', 'AS-EXC-01', 'AS-DPO-01'),
  ...untried({ 'AS-PAR-03': 'requests may be pushed there, and need not be' }),
}

/** What each case must come to on our own server under each profile, and with everything that there is. */
export const profileVerdicts: Readonly<Record<TestedProfile, VerdictTable>> = {
  'oauth2.1': plain,
  'fapi2-security': security,
  'fapi2-message-signing': messageSigning,
  mcp: plain,
  legacy: plain,
  everything,
}
