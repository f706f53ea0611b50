import type { CommandSpec, OptionSpec } from './command.ts'
import { guardCommand } from './guard-command.ts'
import { inviteCommand } from './invite-command.ts'
import { policyCommands } from './policy-commands.ts'
import { profileCommand } from './profile-command.ts'
import { storeCommands } from './store-commands.ts'
import { testCommand } from './test-command.ts'
import { userCommands } from './user-commands.ts'

const config: OptionSpec = {
  flags: '--config <file>',
  description: 'the configuration file (default: ambit.config.ts)',
}
const json: OptionSpec = { flags: '--json', description: 'print JSON' }
const clientId = { name: '<client-id>', description: 'the identifier of the client' }
const token = { name: '<token>', description: 'the token; `-` reads it from standard input' }

const secretInput: OptionSpec = {
  flags: '--secret-stdin',
  description: 'read the secret from standard input (default: make one and print it once)',
}

/** Commands that gather others. */
export const groups: Readonly<Record<string, string>> = {
  client: 'register and change clients',
  user: 'add and change users',
  scope: 'read the scope catalogue',
  key: 'list and rotate signing keys',
  token: 'look at a token, take it back',
  store: 'bring the store up to date, look at it, copy it',
  policy: 'ask what a policy lets tokens do',
  profile: 'hold the configuration to a profile',
}

/** Every command of the program. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'serve',
    summary: 'start the server',
    options: [
      config,
      { flags: '--issuer <url>', description: 'the issuer, before the environment and the file' },
      { flags: '--port <number>', description: 'the port to listen on' },
      { flags: '--host <address>', description: 'the address to listen on' },
      { flags: '--store <path>', description: 'the SQLite file, `memory`, or the URL of a PostgreSQL database' },
      { flags: '--workers <number>', description: 'how many processes serve; `auto` is one for each core' },
      { flags: '--print-config', description: 'print the effective configuration without secrets, and stop' },
      json,
    ],
    example: 'ambit serve --port 4000',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'nodes',
    summary: 'list the processes that serve with this store',
    options: [config, json],
    example: 'ambit nodes --json',
    details: [
      'A node that ends in order leaves the list at once, one that dies after a minute. Nothing is changed by looking.',
      'JSON: { nodes, warnings }. Exit code 0 also with warnings, and where no node serves.',
    ],
    load: async () => (await import('./commands/nodes.ts')).listNodes,
  },
  guardCommand,
  testCommand,
  {
    name: 'init',
    summary: 'write a commented ambit.config.ts that works as it is',
    options: [{ flags: '--force', description: 'replace a file that is there' }],
    example: 'ambit init && ambit serve',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'client add',
    summary: 'register a client; its secret is printed once',
    arguments: [clientId],
    options: [
      { flags: '--name <name>', description: 'what people read on the consent page' },
      { flags: '--uri <url>', description: 'the home page of the app' },
      { flags: '--redirect-uri <uri>', description: 'where answers go; may be repeated', isRepeatable: true },
      {
        flags: '--post-logout-redirect-uri <uri>',
        description: 'where logout may go; may be repeated',
        isRepeatable: true,
      },
      { flags: '--grant-type <type>', description: 'a grant type; may be repeated', isRepeatable: true },
      { flags: '--scope <scope>', description: 'the ceiling: what this client may ever get, in quotes' },
      { flags: '--default-scope <scope>', description: 'the scope of a request that names none' },
      {
        flags: '--introspects <resource>',
        description: 'a resource whose tokens it may introspect',
        isRepeatable: true,
      },
      { flags: '--native', description: "an app on the user's device" },
      { flags: '--public', description: 'a client that can keep no secret' },
      { flags: '--method <method>', description: 'how the client authenticates (default: client_secret_basic)' },
      { flags: '--jwks <file>', description: 'the public keys of a client that uses private_key_jwt' },
      { flags: '--jwks-uri <url>', description: 'where its public keys are fetched from, instead of a file' },
      {
        flags: '--metadata <name=value>',
        description: 'what a feature reads of the client; JSON or text; may be repeated',
        isRepeatable: true,
      },
      secretInput,
      config,
      json,
    ],
    example: 'ambit client add shop --redirect-uri https://shop.example/callback --scope "openid read_pets"',
    load: async () => (await import('./commands/client-add.ts')).addClient,
  },
  {
    name: 'client list',
    summary: 'list the clients',
    options: [config, json],
    example: 'ambit client list --json',
    load: async () => (await import('./commands/client.ts')).listClients,
  },
  {
    name: 'client show',
    summary: 'show one client',
    arguments: [clientId],
    options: [config, json],
    example: 'ambit client show shop',
    load: async () => (await import('./commands/client.ts')).showClient,
  },
  {
    name: 'client remove',
    summary: 'remove a client and everything that was issued to it',
    arguments: [clientId],
    options: [config],
    example: 'ambit client remove shop',
    load: async () => (await import('./commands/client.ts')).removeClient,
  },
  {
    name: 'client secret',
    summary: 'give a client another secret, printed once',
    arguments: [clientId],
    options: [
      { flags: '--keep', description: 'let the secret before it work too, until the next change' },
      secretInput,
      config,
      json,
    ],
    example: 'ambit client secret shop --keep',
    load: async () => (await import('./commands/client-secret.ts')).changeSecret,
  },
  inviteCommand,
  ...userCommands,
  {
    name: 'scope list',
    summary: 'list the scopes of the catalogue',
    options: [config, json],
    example: 'ambit scope list',
    load: async () => (await import('./commands/scope.ts')).listScopes,
  },
  {
    name: 'scope explain',
    summary: 'tell what a scope reaches, and who may have it',
    arguments: [{ name: '<scope>', description: 'a scope value, in quotes when it has several scopes' }],
    options: [config, json],
    example: 'ambit scope explain "admin read_pets"',
    load: async () => (await import('./commands/scope-explain.ts')).explainScope,
  },
  {
    name: 'scope usage',
    summary: 'tell which scopes clients were granted and use, as guards of APIs have reported it',
    options: [
      { flags: '--client <client-id>', description: 'only of this client' },
      { flags: '--unused', description: 'only what was never used' },
      config,
      json,
    ],
    example: 'ambit scope usage --unused',
    load: async () => (await import('./commands/scope-usage.ts')).showUsage,
  },
  {
    name: 'key list',
    summary: 'list the signing keys and what each does now',
    options: [config, json],
    example: 'ambit key list',
    load: async () => (await import('./commands/key.ts')).listKeys,
  },
  {
    name: 'key rotate',
    summary: 'make new signing keys; a running server follows by itself',
    options: [{ flags: '--algorithm <name>', description: 'only for this algorithm' }, config, json],
    example: 'ambit key rotate --algorithm ES256',
    load: async () => (await import('./commands/key.ts')).rotateKeys,
  },
  {
    name: 'key remove',
    summary: 'remove a key at once: nothing that it signed is good any more',
    arguments: [{ name: '<kid>', description: "the key's identifier, as `ambit key list` shows it" }],
    options: [config],
    hasAnyArgument: true,
    example: 'ambit key remove 3kX9a1',
    load: async () => (await import('./commands/key.ts')).removeKey,
  },
  {
    name: 'key seal',
    summary: 'make a key for `keys.sealingKey` or AMBIT_KEY, printed once',
    example: 'AMBIT_KEY=$(ambit key seal) ambit serve',
    load: async () => (await import('./commands/key-seal.ts')).makeSealingKey,
  },
  {
    name: 'token inspect',
    summary: 'tell what a token is and whether it works',
    arguments: [token],
    options: [config, json],
    example: 'ambit token inspect - < token.txt',
    load: async () => (await import('./commands/token.ts')).inspectToken,
  },
  {
    name: 'token revoke',
    summary: 'take a token back; with a refresh token, everything that came from the same authorization',
    arguments: [token],
    options: [config, json],
    example: 'ambit token revoke - < token.txt',
    load: async () => (await import('./commands/token.ts')).revokeToken,
  },
  {
    name: 'why',
    summary: 'tell which step decided what about the scope of a token or a request',
    arguments: [
      {
        name: '<token-or-request-id>',
        description: 'a token, or a request id from a log; `-` reads it from standard input',
      },
    ],
    options: [config, json],
    example: 'ambit why 4f1c9a2e',
    load: async () => (await import('./commands/why.ts')).why,
  },
  ...storeCommands,
  profileCommand,
  ...policyCommands,
]
