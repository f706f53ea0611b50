import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { clientAuthenticationCases } from './client-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-01'),
  section: 'RFC 6749 §3.2.1',
  options,
  finds: {
    'secret-optional': { fail: ['no secret'] },
    'secret-ignored': { fail: ['wrong secret', 'secret of another client'] },
  },
})

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-02'),
  section: 'RFC 6749 §2.3',
  options,
  finds: {
    'two-methods': { warn: ['header and body', 'secret and assertion'] },
  },
})

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-03'),
  section: 'RFC 7591 §2',
  options,
  finds: {
    'method-downgrade': { fail: ['client_secret', 'an empty client_secret'] },
  },
})

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-04'),
  section: 'RFC 7523 §3',
  options,
  finds: {
    'assertion-unsigned': { fail: ['unknown kid and key', 'another key', 'alg none', 'HS256 with the public key'] },
    'assertion-expired': { fail: ['expired', 'no exp'] },
    'assertion-of-anybody': { fail: ['iss is not sub'] },
    'assertion-anywhere': { fail: ['aud of another server'] },
  },
})

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-05'),
  section: 'RFC 7523 §3',
  options,
  finds: {
    'assertion-for-address': { warn: ['token endpoint', 'PAR endpoint', 'a list'] },
    'assertion-anywhere': { warn: ['token endpoint', 'PAR endpoint', 'a list'] },
  },
})

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-06'),
  section: 'RFC 7523 §3',
  options,
  finds: {
    'assertion-replayed': { fail: ['-'] },
  },
})

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-07'),
  section: 'RFC 8705 §2',
  options,
  finds: {
    'certificate-any': { fail: ['another certificate'] },
    'certificate-in-header': { fail: ['the certificate in headers'] },
  },
})

describeServerCase({
  testCase: caseIn(clientAuthenticationCases, 'AS-CLI-08'),
  section: 'RFC 9700 §2.5',
  options,
  finds: {
    'public-machine': { fail: ['client_credentials'] },
    'public-introspection': { fail: ['introspection'] },
    'introspection-open': { fail: ['introspection'] },
    'introspection-of-others': { fail: ['introspection'] },
  },
})
