const words = new Set(
  `acl acls admin admins apikey auth authed authenticate authenticated authenticates authentication authenticator authn authorise
  authorised authorize authorized authorizer authorization authorisation authz bearer can claim claims deny guard guarded guards jwks
  jwt jwts login logged loggedin oauth oauth2 oidc owner owners permission permissions permit policies policy privilege privileges
  protect protected restrict restricted role roles scope scopes secure secured signin token tokens unauthenticated unauthorized`.split(
    /\s+/,
  ),
)

/** Words of what has to do with tokens and guards nothing by them. */
const others = new Set(['csrf', 'xsrf', 'initialize', 'log', 'helmet'])

/** Whether a name of the code sounds as if it guarded something: `isLoggedIn`, `checkJwt`, `requireRole`. */
export function soundsLikeGuard(name: string): boolean {
  const parts = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const isLibrary =
    parts.some(part => others.has(part)) ||
    /(?:security|referrer|opener|embedder|resource|domain) polic/.test(parts.join(' '))
  if (isLibrary) return false
  if (/^(?:require|ensure|must|only)[A-Z_]/.test(name.split('.').at(-1) ?? '')) return true
  return parts.some(part => words.has(part)) || /api ?key|logged ?in/.test(parts.join(' '))
}
