// OpenID Connect Core §5.4, §11
import type { CatalogueDeclaration, ScopeDeclaration } from '@ambit/scope'

/** The grant types in which a user takes part; these scopes are about a user. */
const userGrantTypes = [
  'authorization_code',
  'refresh_token',
  'implicit',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
] as const

/** The scopes that OpenID Connect defines, with words for the consent page. @spec OpenID Connect Core §5.4, §11 */
export const openIdScopes = {
  openid: {
    title: { en: 'Know who you are', de: 'Wissen, wer Sie sind' },
    description: {
      en: 'A number that stands for your account here, and when you logged in',
      de: 'Eine Nummer, die für Ihr Konto hier steht, und wann Sie sich angemeldet haben',
    },
    consent: 'mandatory',
    grantTypes: userGrantTypes,
  },
  profile: {
    title: { en: 'See your profile', de: 'Ihr Profil sehen' },
    description: {
      en: 'Name, picture, language, time zone and what else your profile says',
      de: 'Name, Bild, Sprache, Zeitzone und was Ihr Profil sonst sagt',
    },
    grantTypes: userGrantTypes,
  },
  email: {
    title: { en: 'See your email address', de: 'Ihre E-Mail-Adresse sehen' },
    description: {
      en: 'The address, and whether it was verified',
      de: 'Die Adresse, und ob sie bestätigt ist',
    },
    grantTypes: userGrantTypes,
  },
  address: {
    title: { en: 'See your postal address', de: 'Ihre Postanschrift sehen' },
    risk: 'sensitive',
    grantTypes: userGrantTypes,
  },
  phone: {
    title: { en: 'See your phone number', de: 'Ihre Telefonnummer sehen' },
    description: {
      en: 'The number, and whether it was verified',
      de: 'Die Nummer, und ob sie bestätigt ist',
    },
    risk: 'sensitive',
    grantTypes: userGrantTypes,
  },
  offline_access: {
    title: { en: 'Stay connected while you are away', de: 'Verbunden bleiben, wenn Sie nicht da sind' },
    description: {
      en: 'The app may go on using what you allow here after you log out, until you take it back',
      de: 'Die App darf das hier Erlaubte auch nach Ihrer Abmeldung nutzen, bis Sie es zurücknehmen',
    },
    risk: 'sensitive',
    grantTypes: userGrantTypes.filter(grantType => grantType !== 'implicit'),
  },
} as const satisfies Readonly<Record<string, ScopeDeclaration>>

/** The name of a scope that OpenID Connect defines. */
export type OpenIdScope = keyof typeof openIdScopes

/** A declaration with the OpenID Connect scopes in it. */
export type WithOpenIdScopes<D extends CatalogueDeclaration> = Omit<D, 'scopes'> & {
  readonly scopes: Omit<typeof openIdScopes, keyof D['scopes']> & D['scopes']
}

/**
 * Adds the scopes that OpenID Connect defines; one that the declaration has itself is kept as declared.
 * @spec OpenID Connect Core §5.4, §11
 * @example
 * const catalogue = defineScopes(withOpenIdScopes({ scopes: { read_pets: { title: 'See the pets' } } }))
 */
export function withOpenIdScopes<const D extends CatalogueDeclaration>(declaration: D): WithOpenIdScopes<D> {
  return { ...declaration, scopes: { ...openIdScopes, ...declaration.scopes } }
}
