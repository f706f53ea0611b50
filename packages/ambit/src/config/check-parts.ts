import { codeAuthentication, passwordAuthentication } from '@ambit/server'
import { bindWordbook } from '../pages/words/wordbook.ts'
import type { Config, DeclaredClient } from './config.ts'
import type { Report } from './fields.ts'

/** Reports spans that contradict each other, and where the server listens that contradicts the issuer. */
export function checkSpans({ ttl, issuer, port }: Config, report: Report): void {
  if (ttl.refreshIdle > ttl.refreshAbsolute)
    report('ttl.refreshIdle', 'is longer than `ttl.refreshAbsolute`; at most as long is wanted')
  if (ttl.sessionIdle > ttl.sessionAbsolute)
    report('ttl.sessionIdle', 'is longer than `ttl.sessionAbsolute`; at most as long is wanted')
  if (issuer?.startsWith('https:') && port === 443)
    report('port', 'TLS ends at a proxy before this server; choose another port than 443 and let the proxy pass it on')
}

/** Reports key spans in which a token could outlive its key. @spec RFC 7517 §5 */
export function checkKeys({ keys, ttl, resources }: Config, report: Report): void {
  const lives = [ttl.accessToken, ttl.idToken, ...resources.map(each => each.accessTokenTtl ?? 0)]
  const longest = Math.max(...lives)
  if (keys.overlapFor < longest)
    report('keys.overlapFor', `is shorter than the longest token life; at least ${longest} is wanted`)
  if (keys.announceFor >= keys.rotateEvery)
    report('keys.announceFor', 'is as long as `keys.rotateEvery` or longer; a key would never sign')
}

/** Reports levels of login that nobody could reach. @spec OpenID Connect Core §2 (`acr`) */
export function checkLevels(
  clients: readonly (DeclaredClient | undefined)[],
  { oneTimeCodes, keys }: Pick<Config, 'oneTimeCodes' | 'keys'>,
  report: Report,
): void {
  if (oneTimeCodes && keys.sealingKey === undefined)
    report('oneTimeCodes', 'wants `keys.sealingKey` or AMBIT_KEY, which seals what the codes are made from')
  const known: readonly string[] = [passwordAuthentication.acr, ...(oneTimeCodes ? [codeAuthentication.acr] : [])]
  for (const [index, client] of clients.entries())
    if (client?.requiredAcr !== undefined && !known.includes(client.requiredAcr))
      report(
        `clients[${index}].requiredAcr`,
        `no login here reaches \`${client.requiredAcr}\`; known are ${known.map(each => `\`${each}\``).join(', ')}`,
      )
}

/** Reports texts that no page shows, and placeholders that no page fills. */
export function checkWords({ pages }: Config, report: Report): void {
  try {
    bindWordbook(pages.words)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    report('pages.words', error.message)
  }
}
