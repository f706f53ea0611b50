import type { CommandSpec, OptionSpec } from './command.ts'

const json: OptionSpec = { flags: '--json', description: 'print JSON' }
const policyFile = { name: '<policy>', description: 'a module that exports a policy' }
const chosen: OptionSpec = {
  flags: '--export <name>',
  description: 'which export is the policy, where the module has several',
}
const scope: OptionSpec = { flags: '--scope <scope>', description: "the token's scope, in quotes" }
const claims: OptionSpec = { flags: '--claims <json>', description: "the token's claims as JSON, or `@` and a file" }

const svg: OptionSpec = { flags: '--svg <file>', description: 'draw it: operations and scopes, to open in a browser' }

/** The commands that ask a policy; a policy is a module, and no configuration is read. */
export const policyCommands: readonly CommandSpec[] = [
  {
    name: 'policy explain',
    summary: 'decide one action, and tell each rule with the values that it compared',
    arguments: [policyFile, { name: '<action>', description: 'the action, such as `item.read`' }],
    options: [
      scope,
      claims,
      { flags: '--resource <json>', description: 'the object of the call as JSON, or `@` and a file' },
      { flags: '--input <json>', description: 'what the caller sends along as JSON, or `@` and a file' },
      { flags: '--facts <json>', description: 'facts that are known, by name, as JSON, or `@` and a file' },
      chosen,
      json,
    ],
    example: 'ambit policy explain shop.ts item.read --scope inventory:read --resource @item.json',
    load: async () => (await import('./commands/policy-explain.ts')).explainAction,
  },
  {
    name: 'policy reach',
    summary: 'tell for each action whether a token reaches it, or under which condition',
    arguments: [policyFile],
    options: [
      scope,
      claims,
      { flags: '--facts <json>', description: 'facts that are known, by name, as JSON, or `@` and a file' },
      svg,
      chosen,
      json,
    ],
    example: 'ambit policy reach shop.ts --scope "inventory:read order" --claims @claims.json',
    load: async () => (await import('./commands/policy-reach.ts')).listReach,
  },
  {
    name: 'policy least',
    summary: 'find the least set of scopes with which a token opens some actions',
    arguments: [policyFile, { name: '<action...>', description: 'the actions, such as `item.read`' }],
    options: [
      { flags: '--grant-type <type>', description: 'only what a token of this grant type may carry' },
      { flags: '--ceiling <scope>', description: 'only what this scope reaches, in quotes' },
      svg,
      chosen,
      json,
    ],
    example: 'ambit policy least shop.ts item.read order.refund',
    load: async () => (await import('./commands/policy-least.ts')).findLeastScopes,
  },
  {
    name: 'policy unused',
    summary: 'list the scopes that no action needs',
    arguments: [policyFile],
    options: [svg, chosen, json],
    example: 'ambit policy unused shop.ts',
    load: async () => (await import('./commands/policy-unused.ts')).listUnusedScopes,
  },
  {
    name: 'policy diff',
    summary: 'tell which tokens reach after a change what they did not reach before',
    arguments: [
      { name: '<before>', description: 'a module that exports the policy as it was' },
      { name: '<after>', description: 'a module that exports it as it is' },
    ],
    options: [
      { flags: '--fail-on <change>', description: 'exit with 1 on this: `widened`, `narrowed` or `changed`' },
      svg,
      chosen,
      json,
    ],
    example: 'ambit policy diff main/shop.ts shop.ts --fail-on widened',
    load: async () => (await import('./commands/policy-diff.ts')).compareVersions,
  },
  {
    name: 'policy picture',
    summary: 'draw which scopes open which actions',
    arguments: [policyFile],
    options: [svg, chosen],
    example: 'ambit policy picture shop.ts --svg shop.svg',
    load: async () => (await import('./commands/policy-picture.ts')).drawPolicy,
  },
  {
    name: 'policy check',
    summary: 'tell where policy, OpenAPI document and code disagree about who may call what; exits 1 where they do',
    options: [
      { flags: '--policy <file>', description: 'a module that exports a policy' },
      { flags: '--openapi <document>', description: 'an OpenAPI document, as a file or a URL' },
      {
        flags: '--code <file>',
        description: 'a module that exports the routes of the code with their guards; may be repeated',
        isRepeatable: true,
      },
      {
        flags: '--map <operation=action>',
        description: 'which action an operation is, by operationId or method and path; may be repeated',
        isRepeatable: true,
      },
      chosen,
      json,
    ],
    example: 'ambit policy check --policy shop.ts --openapi api.yaml',
    load: async () => (await import('./commands/policy-check.ts')).checkAgreement,
  },
]
