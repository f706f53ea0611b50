// OpenID Connect Core §5.1, §5.4
/** The claims that each standard scope stands for. @spec OpenID Connect Core §5.4 */
export const claimsOfScope = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** The claims that a set of scope-tokens opens. */
export function claimNamesFor(scopes: Iterable<string>): ReadonlySet<string> {
  const held = new Set(scopes)
  return new Set(Object.entries(claimsOfScope).flatMap(([scope, names]) => (held.has(scope) ? names : [])))
}
