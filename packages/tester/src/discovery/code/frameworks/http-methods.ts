/** The methods that frameworks have functions for. */
export const httpMethods: ReadonlySet<string> = new Set(
  `get post put patch delete del head options trace search query copy lock mkcol move propfind proppatch unlock report purge
  link unlink`.split(/\s+/),
)
