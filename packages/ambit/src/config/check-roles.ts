import type { Roles } from '@ambit/server'
import { everyone } from '@ambit/server'
import type { Config } from './config.ts'
import { join, type Place, type Report } from './fields.ts'
import { nearest } from './near-miss.ts'

/** Reports scope of roles that the catalogue does not know; the declared name of a parameterised scope is known too. */
export function checkRoles({ roles = {}, catalogue }: Pick<Config, 'roles' | 'catalogue'>, report: Report): void {
  for (const [role, tokens] of Object.entries(roles))
    for (const token of tokens.filter(each => catalogue.definition(each) === undefined)) {
      const near = nearest(token, catalogue.names)
      report(
        join('roles', role),
        `unknown scope \`${token}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
      )
    }
}

/** Reports roles of a user that are not declared. */
export function checkUserRoles(given: readonly string[], roles: Roles | undefined, { path, report }: Place): void {
  for (const role of given) {
    const problem = roleProblem(role, roles)
    if (problem !== undefined) report(path, problem)
  }
}

/** What is wrong with giving a user a role. */
export function roleProblem(role: string, roles: Roles | undefined): string | undefined {
  if (role === everyone) return `\`${everyone}\` is every user's role and needs not be given`
  if (roles === undefined) return `the role \`${role}\` means nothing without \`roles\` in the configuration`
  if (Object.hasOwn(roles, role)) return undefined
  const known = Object.keys(roles).filter(each => each !== everyone)
  const near = nearest(role, known)
  if (near !== undefined) return `unknown role \`${role}\`; did you mean \`${near}\`?`
  return `unknown role \`${role}\`; known are ${known.map(each => `\`${each}\``).join(', ')}`
}
