import { seconds } from '@ambit/protocol'
import { defaultKeySchedule, type ResourceDeclaration, type Ttls } from '@ambit/server'
import type { Config, ConfigSecurity } from './config.ts'
import { defaultTtls } from './defaults.ts'
import type { Shaped, ShapedResource } from './shape.ts'

/** A resource with its defaults. */
export function completeResource(resource: ShapedResource): ResourceDeclaration {
  const { accessTokenTtl, ...members } = resource
  const ttl = accessTokenTtl === undefined ? {} : { accessTokenTtl: seconds(accessTokenTtl) }
  return { tokenFormat: 'jwt', name: resource.resource, ...members, ...ttl }
}

/** The keys with their defaults. */
export function completeKeys(declared: NonNullable<Shaped['keys']>): Config['keys'] {
  const { rotateEvery, announceFor, overlapFor, ...members } = declared
  return {
    algorithms: [],
    idTokenAlgorithm: 'ES256',
    ...members,
    rotateEvery: seconds(rotateEvery ?? defaultKeySchedule.rotateEvery),
    announceFor: seconds(announceFor ?? defaultKeySchedule.announceFor),
    overlapFor: seconds(overlapFor ?? defaultKeySchedule.overlapFor),
  }
}

/** What the file says of what the server demands. */
export function completeSecurity(shaped: Shaped): ConfigSecurity {
  const { profile, clientAuthenticationMethods, assertionAudience, acceptedAlgorithms } = shaped
  const { requireSenderConstraint, refreshTokens } = shaped
  return {
    ...(profile !== undefined && { profile }),
    ...(clientAuthenticationMethods && { clientAuthenticationMethods }),
    ...(assertionAudience !== undefined && { assertionAudience }),
    ...(acceptedAlgorithms && { acceptedAlgorithms }),
    ...(requireSenderConstraint !== undefined && { requireSenderConstraint }),
    ...(refreshTokens !== undefined && { refreshTokens }),
  }
}

/** All spans, those of the file before the defaults. */
export function completeTtls(declared: NonNullable<Shaped['ttl']>): Ttls {
  const spans = { ...defaultTtls, ...declared }
  return {
    code: seconds(spans.code),
    accessToken: seconds(spans.accessToken),
    idToken: seconds(spans.idToken),
    refreshIdle: seconds(spans.refreshIdle),
    refreshAbsolute: seconds(spans.refreshAbsolute),
    refreshGrace: seconds(spans.refreshGrace),
    sessionIdle: seconds(spans.sessionIdle),
    sessionAbsolute: seconds(spans.sessionAbsolute),
    interaction: seconds(spans.interaction),
    ...(spans.grant !== undefined && { grant: seconds(spans.grant) }),
  }
}
