// MCP Authorization 2025-11-25
import { oauth21Rules } from './oauth21.ts'
import type { Profile, ProfileRule } from './profile.ts'
import { alwaysKept, clientProblemIf, isLoopbackUri, problemIf } from './rules.ts'

const document = 'MCP Authorization 2025-11-25'

const shortLife = 3600

const ownRules: readonly ProfileRule[] = [
  {
    id: 'public-clients',
    says: 'clients that can keep no secret are served too',
    source: `${document}, Overview 1`,
    findProblems: ({ metadata }) =>
      problemIf(
        metadata.token_endpoint_auth_methods_supported?.includes('none') !== true,
        'clientAuthenticationMethods',
        '`none` is wanted among them',
      ),
  },
  alwaysKept({
    id: 'metadata',
    says: 'clients learn about the server from its metadata',
    source: `${document}, Overview 5`,
    always: 'both well-known addresses serve what is mounted',
  }),
  {
    id: 'registration',
    says: 'clients that nobody has registered can come: by client documents, or else by dynamic registration',
    source: `${document}, Client Registration Approaches`,
    weight: 'advice',
    declares: { features: { clientDocuments: {} } },
    findProblems: ({ metadata }) =>
      problemIf(
        metadata.client_id_metadata_document_supported !== true && metadata.registration_endpoint === undefined,
        'features',
        '`clientDocuments` or `registration` is wanted, or each client is declared',
      ),
  },
  {
    id: 'resources',
    says: 'tokens are for the one MCP server that the request names',
    source: `${document}, Resource Parameter Implementation`,
    findProblems: ({ options }) =>
      problemIf(
        options.resources.length === 0,
        'resources',
        'each MCP server is wanted, by the address of its endpoint',
      ),
  },
  {
    id: 'bearer',
    says: 'MCP clients send tokens as `Bearer`',
    source: `${document}, Token Requirements 1`,
    findProblems: ({ options }) =>
      problemIf(
        options.requireSenderConstraint === true,
        'requireSenderConstraint',
        'must not be set: MCP clients bind their tokens to nothing',
      ),
  },
  {
    id: 'short-lives',
    says: 'access tokens live for a short time',
    source: `${document}, Token Theft`,
    weight: 'advice',
    findProblems: ({ options }) => [
      ...problemIf(options.ttl.accessToken > shortLife, 'ttl.accessToken', 'an hour or less is wanted'),
      ...options.resources.flatMap(({ accessTokenTtl = 0 }, index) =>
        problemIf(accessTokenTtl > shortLife, `resources[${index}].accessTokenTtl`, 'an hour or less is wanted'),
      ),
    ],
  },
  {
    id: 'secure-redirects',
    says: 'answers go to an https address or to loopback',
    source: `${document}, Communication Security 2`,
    findClientProblems: ({ redirectUris }) =>
      clientProblemIf(
        redirectUris.some(uri => !uri.startsWith('https:') && !isLoopbackUri(uri)),
        'redirectUris',
        'https is wanted, or http on loopback',
      ),
  },
  alwaysKept({
    id: 'pkce-in-metadata',
    says: 'the metadata says that code challenges are understood',
    source: `${document}, Authorization Code Protection`,
    always: '`code_challenge_methods_supported` is S256',
  }),
]

/** What agents and the servers of the Model Context Protocol need. */
export const mcp: Profile = {
  name: 'mcp',
  title: 'Model Context Protocol, Authorization, revision 2025-11-25',
  rules: [...oauth21Rules, ...ownRules],
}
