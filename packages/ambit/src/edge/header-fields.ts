// RFC 9110 §5.3
/** Fields whose definition lets them come in several lines, and what joins the lines; any other field may come once. */
export const listFields: Readonly<Record<string, string>> = {
  accept: ', ',
  'accept-encoding': ', ',
  'accept-language': ', ',
  'cache-control': ', ',
  connection: ', ',
  // RFC 9113 §8.2.3
  cookie: '; ',
  forwarded: ', ',
  'if-match': ', ',
  'if-none-match': ', ',
  te: ', ',
  trailer: ', ',
  'transfer-encoding': ', ',
  upgrade: ', ',
  via: ', ',
  'x-forwarded-for': ', ',
}

/** Fields that the core reads, that may come once, and whose value has no comma; where they have one, two lines were joined. */
export const singleFields = ['authorization', 'dpop', 'host', 'origin'] as const
