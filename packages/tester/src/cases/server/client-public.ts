// RFC 9700 §2.5; RFC 6749 §4.4; RFC 7662 §2.1
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { type ClientTrial, codeClient, publicClient } from './server-case.ts'
import { apiScopesOf, isConfidential, isOfUsers } from './token-ask.ts'
import { grantByCode, tokenRequest } from './token-grant.ts'
import { answerOf, finding, judgeError, pass } from './token-refusal.ts'
import { serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-CLI-08',
  title: 'a public client with the rights of others',
  why: 'Anybody can say to be a public client. What it may do alone, everybody may do.',
  remedy: 'Keep grants without a user and questions about tokens to clients that authenticate.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §2.5', 'RFC 6749 §4.4'],
  tags: ['client'],
}

const unable: ClientTrial = {
  variant: 'client_credentials',
  client: publicClient,
  run: async (context, client) => {
    const [scope] = apiScopesOf(client, context.target)
    const exchange = await context.send(
      tokenRequest(context, client, [
        ['grant_type', 'client_credentials'],
        ...(scope === undefined ? [] : [['scope', scope] as const]),
      ]),
    )
    return judgeError(exchange, {
      sent: '`client_credentials` by a client that nothing authenticates',
      errors: ['unauthorized_client', 'invalid_client', 'unsupported_grant_type'],
    })
  },
}

const curious: ClientTrial = {
  variant: 'introspection',
  client: publicClient,
  hasControl: false,
  run: async (context, client) => {
    const { server } = context
    if (server.endpoint('introspection_endpoint') === undefined)
      return notApplicable('the server offers no introspection')
    const owner = server.client(each => isOfUsers(each) && isConfidential(each)) ?? server.client(codeClient.fits)
    if (owner === undefined || owner.clientId === client.clientId)
      return notApplicable('it needs a second client whose token can be asked about; configure one')
    const granted = await grantByCode(context, { client: owner })
    if (isJudgement(granted)) return granted
    const pairs = [['token', granted.tokens.accessToken.reveal()]] as const
    const exchange = await context.send(server.formRequest('introspection_endpoint', pairs, client))
    if (exchange.kind === 'failed') return inconclusive(`introspection gave no answer: ${exchange.detail}`, exchange)
    const reason = 'a client that nothing authenticates was told about the token of another client'
    if (answerOf(exchange)?.['active'] === true) return finding('fail', { reason, complaint: 'accepted' }, exchange)
    return pass(
      `a client that nothing authenticates learns nothing about the token of another (${exchange.response.status})`,
      exchange,
    )
  },
}

/** AS-CLI-08: tokens without a user, and what others' tokens are good for. */
export const publicFeatures: TestCase = serverCase(text, [unable, curious])
