import type { CommandSpec, OptionSpec } from './command.ts'

const config: OptionSpec = {
  flags: '--config <file>',
  description: 'the configuration file (default: ambit.config.ts)',
}
const json: OptionSpec = { flags: '--json', description: 'print JSON' }
const username = { name: '<username>', description: 'what the user types at login' }

const passwordInput: readonly OptionSpec[] = [
  { flags: '--password-stdin', description: 'read the password from standard input (default: ask for it)' },
  { flags: '--generate', description: 'make a password and print it once' },
]

/** The commands that are about users. */
export const userCommands: readonly CommandSpec[] = [
  {
    name: 'user add',
    summary: 'add a user',
    arguments: [username],
    options: [
      { flags: '--name <name>', description: 'the full name (claim `name`)' },
      { flags: '--email <address>', description: 'the email address (claim `email`)' },
      {
        flags: '--claim <name=value>',
        description: 'another claim; JSON or text; may be repeated',
        isRepeatable: true,
      },
      { flags: '--scope <scope>', description: 'the scope that this user may pass on (default: all)' },
      { flags: '--role <role>', description: 'a role of this user; may be repeated', isRepeatable: true },
      ...passwordInput,
      config,
      json,
    ],
    example: 'ambit user add mia --name "Mia Example" --generate',
    load: async () => (await import('./commands/user-add.ts')).addUser,
  },
  {
    name: 'user list',
    summary: 'list the users',
    options: [config, json],
    example: 'ambit user list',
    load: async () => (await import('./commands/user.ts')).listUsers,
  },
  {
    name: 'user password',
    summary: 'give a user another password; their sessions end',
    arguments: [username],
    options: [...passwordInput, config, json],
    example: 'ambit user password mia',
    load: async () => (await import('./commands/user.ts')).changePassword,
  },
  {
    name: 'user roles',
    summary: 'show the roles of a user, give some and take some away',
    arguments: [username],
    options: [
      { flags: '--add <role>', description: 'a role to give; may be repeated', isRepeatable: true },
      { flags: '--remove <role>', description: 'a role to take away; may be repeated', isRepeatable: true },
      config,
      json,
    ],
    example: 'ambit user roles mia --add clerk --remove manager',
    load: async () => (await import('./commands/user-roles.ts')).changeRoles,
  },
  {
    name: 'user otp',
    summary: 'let a user log in with one-time codes; what their app wants is printed once',
    arguments: [username],
    options: [
      { flags: '--always', description: 'each login of this user wants a code, whatever the app asks for' },
      { flags: '--remove', description: 'take the codes away; the sessions of the user end' },
      config,
      json,
    ],
    example: 'ambit user otp mia',
    load: async () => (await import('./commands/user-otp.ts')).enrolUser,
  },
  {
    name: 'user revoke',
    summary: 'end the sessions of a user and everything that was issued in their name; they log in again',
    arguments: [username],
    options: [config, json],
    example: 'ambit user revoke mia',
    load: async () => (await import('./commands/user-revoke.ts')).revokeUser,
  },
  {
    name: 'user remove',
    summary: 'remove a user, their sessions and everything that was issued for them',
    arguments: [username],
    options: [config],
    example: 'ambit user remove mia',
    load: async () => (await import('./commands/user.ts')).removeUser,
  },
]
