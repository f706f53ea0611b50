// RFC 6749 §4, §5; OpenID Connect Core §5.1
/** What a member, parameter or header is called decides what its value is shown as. */

/** Names (lower case, letters and digits alone) that end so hold something that opens something. */
const secretEndings: readonly (readonly [ending: string, kind: string])[] = [
  ['accesstoken', 'access token'],
  ['refreshtoken', 'refresh token'],
  ['idtoken', 'ID token'],
  ['token', 'token'],
  ['tokens', 'token'],
  ['jwt', 'token'],
  ['clientsecret', 'client secret'],
  ['secret', 'secret'],
  ['secrets', 'secret'],
  ['secretkey', 'secret'],
  ['secretaccesskey', 'secret'],
  ['apikey', 'API key'],
  ['apikeys', 'API key'],
  ['accesskey', 'API key'],
  ['subscriptionkey', 'API key'],
  ['privatekey', 'private key'],
  ['signingkey', 'private key'],
  ['encryptionkey', 'private key'],
  ['authorization', 'credential'],
  ['credential', 'credential'],
  ['credentials', 'credential'],
  ['assertion', 'assertion'],
  ['cookie', 'cookie'],
  ['sessionid', 'session'],
  ['sessid', 'session'],
  ['password', 'password'],
  ['passwords', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['passcode', 'password'],
  ['codeverifier', 'code verifier'],
  ['devicecode', 'device code'],
  ['usercode', 'user code'],
  ['otp', 'one-time password'],
  ['onetimecode', 'one-time password'],
  ['passwort', 'password'],
  ['kennwort', 'password'],
  ['geheimnis', 'secret'],
  ['motdepasse', 'password'],
  ['contrasena', 'password'],
  ['contrasenya', 'password'],
  ['senha', 'password'],
  ['wachtwoord', 'password'],
  ['haslo', 'password'],
  ['hasło', 'password'],
  ['salasana', 'password'],
  ['losenord', 'password'],
  ['adgangskode', 'password'],
  ['jelszo', 'password'],
  ['parola', 'password'],
  ['пароль', 'password'],
  ['κωδικος', 'password'],
  ['密码', 'password'],
  ['密碼', 'password'],
  ['パスワード', 'password'],
  ['비밀번호', 'password'],
]

const secretNames: ReadonlyMap<string, string> = new Map([
  ['pwd', 'password'],
  ['pass', 'password'],
  ['pin', 'PIN'],
  ['cvv', 'card code'],
  ['cvc', 'card code'],
  ['csrf', 'token'],
  ['xsrf', 'token'],
  ['session', 'session'],
  ['sid', 'session'],
  ['signature', 'signature'],
  ['sig', 'signature'],
])

/** Only in a query or a form: in JSON `code` is mostly the number of an error. */
const parameterNames: ReadonlyMap<string, string> = new Map([
  ['code', 'authorization code'],
  ['key', 'API key'],
])

const personalNames: ReadonlyMap<string, string> = new Map([
  ['email', 'email address'],
  ['emailaddress', 'email address'],
  ['mail', 'email address'],
  ['phone', 'phone number'],
  ['phonenumber', 'phone number'],
  ['mobile', 'phone number'],
  ['telephone', 'phone number'],
  ['telefon', 'phone number'],
  ['givenname', 'given name'],
  ['firstname', 'given name'],
  ['vorname', 'given name'],
  ['middlename', 'given name'],
  ['familyname', 'family name'],
  ['lastname', 'family name'],
  ['surname', 'family name'],
  ['nachname', 'family name'],
  ['fullname', 'full name'],
  ['birthdate', 'date of birth'],
  ['birthday', 'date of birth'],
  ['dateofbirth', 'date of birth'],
  ['dob', 'date of birth'],
  ['geburtsdatum', 'date of birth'],
  ['streetaddress', 'street address'],
  ['street', 'street address'],
  ['ssn', 'national id'],
  ['socialsecuritynumber', 'national id'],
  ['nationalid', 'national id'],
  ['passportnumber', 'national id'],
  ['taxid', 'national id'],
  ['taxnumber', 'national id'],
  ['steuernummer', 'national id'],
  ['iban', 'bank account'],
  ['accountnumber', 'bank account'],
  ['cardnumber', 'card number'],
  ['creditcard', 'card number'],
])

/** Private members of a JSON Web Key. @spec RFC 7518 §6 */
export const privateKeyMembers: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])

/** Says by a name what its value is; `undefined` where the name hides nothing. */
export type NameKind = (name: string, place: 'member' | 'parameter') => string | undefined

/** Reads names in any spelling (`clientSecret`, `client-secret`, `CLIENT_SECRET`); `extra` are names of the user's own. */
export function createNameKind(extra: readonly string[]): NameKind {
  const own = new Set(extra.map(plain))
  return (name, place) => {
    const text = plain(name)
    if (own.has(text)) return 'hidden value'
    const named = secretNames.get(text) ?? personalNames.get(text)
    if (named !== undefined) return named
    if (place === 'parameter' && parameterNames.has(text)) return parameterNames.get(text)
    return plainEndings.find(([ending]) => text.endsWith(ending))?.[1]
  }
}

function plain(name: string): string {
  return name
    .slice(0, 200)
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .normalize('NFC')
}

const plainEndings = secretEndings.map(([ending, kind]) => [plain(ending), kind] as const)
