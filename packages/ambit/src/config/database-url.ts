/** Whether a text is the URL of a PostgreSQL database, and not the path of a file. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//i.test(text)
}

/** Where everything is kept, as it may be shown. */
export function describeStore(store: string | { readonly url: string }): string {
  return typeof store === 'string' ? store : hidePassword(store.url)
}

/**
 * A database's URL as it may be shown. What stands between the name and the last `@` is the password, also where somebody
 * forgot to encode it; passwords may stand among the parameters, too.
 */
export function hidePassword(url: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^:@]*):.*@/is, '$1:…@').replaceAll(/([?&][^=&]*password=)[^&]*/gi, '$1…')
}
