// RFC 6750 §2, §5.3; RFC 9700 §2.6
import type { TestCase } from '../../catalogue/test-case.ts'
import { corsCase } from './transport-cors.ts'
import { cookieCase, queryCase, twoPlacesCase } from './transport-places.ts'
import { plainCase, tlsCase } from './transport-tls.ts'

/** How tokens travel: encrypted, in one place, and not in the hands of any web page. */
export const transportCases: readonly TestCase[] = [plainCase, tlsCase, queryCase, twoPlacesCase, cookieCase, corsCase]
