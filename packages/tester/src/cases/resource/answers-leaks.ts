// OWASP API8:2023
import { fieldValues, type ReceivedResponse, type SentRequest } from '../../wire/exchange.ts'
import { splitTarget } from './routing-bypass.ts'

type Leak = { readonly what: string; readonly pattern: RegExp }

/** What tells of the inside of a program, and of its secrets. */
const leaks: readonly Leak[] = [
  {
    what: 'where in the code it came about',
    pattern:
      /\.[cm]?[jt]sx?:\d{1,6}:\d{1,6}|\bnode:internal\/|Traceback \(most recent call last\)|File "[^"]{1,200}", line \d/,
  },
  {
    what: 'where in the code it came about',
    pattern:
      /\.(?:java|kt|scala|cs|php|rb|go|py|rs):\d{1,6}\b|\bat [\w$.]{1,200}\([\w$]{1,100}\.java|goroutine \d{1,9} \[/,
  },
  {
    what: 'a statement to the database',
    pattern: /\bSELECT [^\n]{1,200} FROM |\bINSERT INTO |\bUPDATE \S{1,100} SET |\bDELETE FROM /,
  },
  {
    what: 'a message of the database',
    pattern: /\bSQLSTATE\b|\bORA-\d{5}\b|syntax error at or near|\bSQLITE_[A-Z]+|MongoServerError|PDOException/,
  },
  {
    what: 'the path of a file',
    pattern:
      /(?:^|["'\s(])\/(?:usr|home|srv|var|opt|app|etc|root)\/[\w.-]+\/[\w./-]+|\b[A-Z]:\\{1,2}[\w.-]+\\|node_modules\//,
  },
  { what: 'something that looks like a token', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/ },
  {
    what: 'something that looks like a secret',
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----|"(?:client_secret|password|secret|api_?key)"\s*:\s*"(?=[^"\s]*\d)[^"\s]{8,}"/i,
  },
]

/** What an answer gives away and where, in words that follow `shows`; the request's own path is no secret. */
export function leakIn({ body, headers }: ReceivedResponse, request: SentRequest): string | undefined {
  const inBody = leakOf(body, request)
  if (inBody !== undefined) return inBody
  const found = headers.map(([name, value]) => [name, leakOf(value, request)] as const)
  const [name, what] = found.find(([, leak]) => leak !== undefined) ?? []
  return what === undefined ? undefined : `${what} in the header \`${name}\``
}

function leakOf(text: string, request: SentRequest): string | undefined {
  const { path } = splitTarget(request.target)
  const shown = text.replaceAll(path, '')
  const tokens = fieldValues(request.headers, 'authorization').map(value => value.replace(/^\S+\s+/, ''))
  if (tokens.some(token => token.length >= 8 && shown.includes(token))) return 'the token that was sent'
  return leaks.find(({ pattern }) => pattern.test(shown))?.what
}
