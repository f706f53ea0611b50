// RFC 7591, RFC 7592
import { findPolicyProblems } from '../../client/registered-metadata/policy.ts'
import type { Feature } from '../../feature.ts'
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'
import { clientEndpoint } from './client-endpoint.ts'
import { completeOptions, type RegistrationOptions } from './options.ts'
import { registrationEndpoint } from './registration-endpoint.ts'
import { softwareStatementField } from './software-statement.ts'
import { noteUse } from './unused-clients.ts'

/**
 * Dynamic client registration and its management: clients describe themselves, and are what the policy lets them be.
 * @spec RFC 7591, RFC 7592
 * @example registration({ access: 'open', policy: { scope: ['openid', 'read_pets'] } })
 */
export function registration(options: RegistrationOptions): Feature {
  const settings = completeOptions(options)
  return {
    name: 'registration',
    ...(settings.softwareStatements && { clientMetadata: [softwareStatementField] }),
    endpoints: [registrationEndpoint(settings), ...(settings.management ? [clientEndpoint(settings)] : [])],
    issued: async (context, { issuance }) => {
      await noteUse(context, issuance.client)
      return undefined
    },
    findProblems: server => findProblems(options, server),
  }
}

function findProblems({ access, policy, limits, softwareStatements }: RegistrationOptions, server: ServerOptions) {
  const problems: OptionsProblem[] = [...findPolicyProblems(policy, server, 'registration.policy')]
  if (access !== 'open' && access !== 'initial_token')
    problems.push({ path: 'registration.access', message: '`open` or `initial_token` is wanted' })
  for (const [name, limit] of Object.entries(limits ?? {}))
    if (!Number.isSafeInteger(limit) || limit < 1)
      problems.push({ path: `registration.limits.${name}`, message: 'a whole number of at least 1 is wanted' })
  for (const [index, { issuer, jwks }] of (softwareStatements?.issuers ?? []).entries())
    if (issuer === '' || jwks.keys.length === 0)
      problems.push({
        path: `registration.softwareStatements.issuers[${index}]`,
        message: 'an issuer with at least one key is wanted',
      })
  if (softwareStatements?.isRequired && softwareStatements.issuers.length === 0)
    problems.push({ path: 'registration.softwareStatements.issuers', message: 'at least one is wanted' })
  return problems
}
