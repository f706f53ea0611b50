import type { CommandSpec, OptionSpec } from './command.ts'

const about: readonly OptionSpec[] = [
  { flags: '--config <file>', description: 'the configuration (default: ambit.tester.ts, where there is one)' },
  { flags: '--openapi <place>', description: 'the OpenAPI document of the API, a file or a URL' },
  {
    flags: '--code <folder>',
    description: "the program's source, read and not run: compared with the document, or instead of one",
  },
  { flags: '--base-url <url>', description: "where the API is, instead of the document's servers" },
  { flags: '--policy <file>', description: "a module that exports the API's policy" },
  { flags: '--issuer <url>', description: 'the authorization server that tokens come from' },
  { flags: '--client-id <id>', description: 'a client there, lent to the tester' },
  { flags: '--client-secret-env <name>', description: 'the environment variable that holds its secret' },
  {
    flags: '--redirect-uri <uri>',
    description: 'a redirect URI of the client, for tokens of users; nobody listens there',
  },
  { flags: '--scope <scope>', description: 'what the client may ask for, in quotes' },
  { flags: '--username <name>', description: 'a user there, lent to the tester' },
  {
    flags: '--password-env <name>',
    description: 'the environment variable that holds the password (default: AMBIT_TEST_PASSWORD)',
  },
  { flags: '--demo', description: 'start the demonstration on free ports and test it' },
]

const extent: readonly OptionSpec[] = [
  {
    flags: '--only <what>',
    description: 'only this case, suite, tag, source or operation: RS-JWT, "RFC 9700", "GET /pets"; may be repeated',
    isRepeatable: true,
  },
  { flags: '--skip <what>', description: 'everything but this; may be repeated', isRepeatable: true },
  { flags: '--shard <part>', description: 'one part of several that together are the whole: 2/5' },
  { flags: '--seed <text>', description: 'decides the order of tests, and random values that are no secrets' },
  { flags: '--allow-writes', description: 'call operations that may change something, too' },
  { flags: '--every-operation', description: 'try each operation with what is usually tried once for each guard' },
  { flags: '--server', description: 'test the authorization server itself, too' },
  { flags: '--static', description: 'only what is found by reading; nothing is sent to the API' },
  { flags: '--concurrency <number>', description: 'tests at the same time (default: 8)' },
  { flags: '--rate <number>', description: 'requests per second at most' },
  { flags: '--timeout <seconds>', description: 'how long one test may take (default: 120)' },
  { flags: '--wait-for <url>', description: 'wait until this address answers before anything else' },
  { flags: '--wait-timeout <seconds>', description: 'how long (default: 60)' },
  {
    flags: '--resume <file>',
    description: 'keep results in this file until the run is whole; a run that finds it goes on from there',
  },
]

const outcome: readonly OptionSpec[] = [
  {
    flags: '--report <formats>',
    description: 'what to write: html=report.html,junit=junit.xml, also sarif, har and json; may be repeated',
    isRepeatable: true,
  },
  { flags: '--report-folder <folder>', description: 'write all of them into this folder' },
  { flags: '--fail-on <severity>', description: 'critical, high, medium (default), low, warn or never' },
  { flags: '--baseline <file>', description: 'findings that are accepted until a day' },
  { flags: '--update-baseline', description: 'accept what is found now, in that file' },
  { flags: '--reason <text>', description: 'why they are accepted' },
  { flags: '--expires <day>', description: 'until when, such as 2027-01-31 (default: 90 days)' },
  { flags: '--accepted-by <name>', description: 'by whom (default: the user of this machine)' },
  { flags: '--locale <tag>', description: 'how dates and numbers are written, such as de-CH' },
  { flags: '--time-zone <zone>', description: 'such as Europe/Zurich' },
  { flags: '--dry-run', description: 'print what would be tried, and stop; only document and metadata are read' },
  { flags: '--offline', description: 'with --dry-run: do not even read the metadata' },
  { flags: '--list', description: 'list all cases, and stop' },
  { flags: '--proof <host>', description: 'print what shows that a host is yours, and stop' },
  { flags: '--json', description: 'print JSON' },
  { flags: '--quiet', description: 'show no progress' },
]

/** The command that tests an API and its authorization server. */
export const testCommand: CommandSpec = {
  name: 'test',
  summary:
    'test whether an API and its authorization server enforce scope. Exits with 0 where all is well, 1 on findings, 2 where it could not judge or was used wrongly',
  options: [...about, ...extent, ...outcome],
  example:
    'TESTER_SECRET=… ambit test --openapi api.yaml --issuer https://as.example --client-id tester --client-secret-env TESTER_SECRET --report-folder report',
  load: async () => (await import('./commands/test.ts')).testApi,
}
