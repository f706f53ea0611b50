import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '../config/config-error.ts'
import { isObject } from '../config/fields.ts'
import { loadFile } from '../config/load-file.ts'
import { isUrl } from './check-api.ts'
import { checkTestConfig, type TestConfig } from './test-config.ts'

/** The names under which a configuration is looked for, in this order. */
const fileNames = ['ambit.tester.ts', 'ambit.tester.mjs', 'ambit.tester.js', 'ambit.tester.json'] as const

/** The environment variable of the token of ownership where no configuration names another place. */
export const ownershipVariable = 'AMBIT_TEST_OWNERSHIP'

/** What a user wrote instead of, or above, the configuration file. */
export type TestOverrides = {
  readonly file?: string | undefined
  readonly openapi?: string | undefined
  readonly code?: string | undefined
  readonly baseUrl?: string | undefined
  readonly policy?: string | undefined
  readonly issuer?: string | undefined
  readonly clientId?: string | undefined
  /** Names of environment variables. */
  readonly clientSecretEnv?: string | undefined
  readonly redirectUri?: string | undefined
  readonly scope?: string | undefined
  readonly username?: string | undefined
  readonly passwordEnv?: string | undefined
  readonly baseline?: string | undefined
  /** Members that are taken as they are. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** Where the user is. */
export type LoadSurroundings = {
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Reads the configuration file, where there is one, below what the user wrote.
 * @throws {ConfigError} with all problems at once
 */
export async function loadTest(overrides: TestOverrides, around: LoadSurroundings): Promise<TestConfig> {
  const { folder, environment } = around
  const given = overrides.file ?? fileNames.find(name => existsSync(join(folder, name)))
  if (
    given === undefined &&
    overrides.openapi === undefined &&
    overrides.code === undefined &&
    overrides.issuer === undefined
  )
    throw new ConfigError(
      [
        {
          path: '',
          message: `there is no \`${fileNames[0]}\` in \`${folder}\`; \`--openapi\` names an API, \`--issuer\` a server, \`--demo\` shows a report`,
        },
      ],
      'the tester',
    )
  const file = given === undefined ? undefined : await loadFile(folder, given)
  if (file !== undefined && file.problems.length > 0) throw new ConfigError(file.problems, `\`${file.path}\``)
  const raw = withOverrides(file?.raw ?? {}, overrides, around)
  return checkTestConfig(raw, { environment, directory: file?.directory ?? folder })
}

/** A path in an option begins where the program was started, one in the file beside the file. */
function withOverrides(raw: unknown, overrides: TestOverrides, { folder, environment }: LoadSurroundings): unknown {
  if (!isObject(raw)) return raw
  const { openapi, code, policy, baseline, issuer, rest } = overrides
  const api = {
    ...present('openapi', openapi === undefined || isUrl(openapi) ? openapi : resolve(folder, openapi)),
    ...(code !== undefined && { code: codeOf(code, raw['api'], folder) }),
    ...present('baseUrl', overrides.baseUrl),
    ...present('policy', policy === undefined ? undefined : resolve(folder, policy)),
  }
  const isApi = isObject(raw['api']) || raw['api'] === undefined
  return {
    ...(environment[ownershipVariable] && { ownership: { env: ownershipVariable } }),
    ...raw,
    ...rest,
    ...(isApi && Object.keys(api).length > 0 && { api: { ...(isObject(raw['api']) ? raw['api'] : {}), ...api } }),
    ...present('issuer', issuer),
    ...present('baseline', baseline === undefined ? undefined : resolve(folder, baseline)),
    ...clientOf(overrides),
    ...userOf(overrides),
  }
}

/** The folder of the option; what the file says of guards stays. */
function codeOf(code: string, api: unknown, folder: string): object {
  const before = isObject(api) ? api['code'] : undefined
  return { ...(isObject(before) ? before : {}), folder: resolve(folder, code) }
}

/** A client of the options stands alone: those of the file may belong to another server. */
function clientOf({ clientId, clientSecretEnv, redirectUri, scope }: TestOverrides): object {
  if (clientId === undefined) return {}
  const client = {
    clientId,
    ...(clientSecretEnv !== undefined && { secret: { env: clientSecretEnv } }),
    ...(redirectUri !== undefined && {
      redirectUris: [redirectUri],
      grantTypes: [
        'authorization_code',
        'refresh_token',
        ...(clientSecretEnv === undefined ? [] : ['client_credentials']),
      ],
    }),
    ...(scope !== undefined && { scope: scope.split(' ').filter(each => each !== '') }),
  }
  return { clients: [client] }
}

function userOf({ username, passwordEnv }: TestOverrides): object {
  if (username === undefined) return {}
  return { users: [{ username, password: { env: passwordEnv ?? 'AMBIT_TEST_PASSWORD' } }] }
}

function present(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value }
}
