import type { Environment, Surroundings } from './check-client.ts'
import { checkScope } from './check-client.ts'
import { checkUserRoles } from './check-roles.ts'
import type { DeclaredUser } from './config.ts'
import { join, type Place } from './fields.ts'
import type { ShapedUser } from './shape.ts'

/** Completes a user with their defaults and reports what does not go together. */
export function checkUser(shaped: ShapedUser, around: Surroundings, place: Place): DeclaredUser | undefined {
  const credential = readCredential(shaped, around.environment, place)
  checkScope(shaped.scope ?? [], around.catalogue, { ...place, path: join(place.path, 'scope') })
  checkUserRoles(shaped.roles ?? [], around.roles, { ...place, path: join(place.path, 'roles') })
  if (credential === undefined) return undefined
  return {
    username: shaped.username.normalize('NFKC').trim(),
    claims: shaped.claims ?? {},
    credential,
    ...(shaped.userId !== undefined && { userId: shaped.userId }),
    ...(shaped.scope && { scope: shaped.scope.join(' ') }),
    ...(shaped.roles && { roles: shaped.roles }),
  }
}

function readCredential(
  { password, passwordEnv, passwordHash }: ShapedUser,
  environment: Environment,
  { path, report }: Place,
): DeclaredUser['credential'] | undefined {
  const given = [password, passwordEnv, passwordHash].filter(each => each !== undefined)
  if (given.length !== 1) {
    report(path, 'one of `password`, `passwordEnv` and `passwordHash` is wanted')
    return undefined
  }
  if (passwordHash !== undefined) return { kind: 'hash', passwordHash }
  if (password !== undefined) return { kind: 'password', password }
  const value = environment[passwordEnv ?? '']
  if (value) return { kind: 'password', password: value }
  report(join(path, 'passwordEnv'), `the environment variable \`${passwordEnv}\` is not set`)
  return undefined
}
