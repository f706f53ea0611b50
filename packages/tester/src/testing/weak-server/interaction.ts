// OpenID Connect Core §3.1.2.3, §3.1.2.4; RFC 9700 §4.7, §4.12
import { fieldValue, type ReceivedResponse } from '../../wire/exchange.ts'
import { answer, cookie, mustAsk, sendError, sessionOf } from './authorize.ts'
import { redirect, type WeakRequest } from './message.ts'
import { consentPage, errorPage, loginPage } from './pages.ts'
import { type Interaction, unguessable, type WeakWorld } from './world.ts'

/** The login page, and its form. */
export function login(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  const { state, now, has } = world
  const interaction = interactionOf(request, world)
  if (interaction === undefined) return errorPage(world, 'this login is over')
  if (request.method === 'GET') return loginPage(world, interaction)
  if (!isOwnForm(request, interaction, world)) return errorPage(world, 'the form is not ours', 403)
  const { form } = request
  const user = state.users.find(
    each => each.username === form.get('username') && each.password === form.get('password'),
  )
  if (user === undefined) return loginPage(world, interaction, 'User name or password is wrong.')
  const session = unguessable()
  const authTime = Math.floor(now() / 1000)
  state.sessions.set(session, { sub: user.sub, authTime })
  const fields = [cookie('session', session, world)]
  const status = has('redirect-307') ? 307 : 303
  if (mustAsk(world, interaction, user.sub)) return redirect(`/consent?interaction=${interaction.id}`, fields, status)
  state.interactions.delete(interaction.id)
  const answered = answer(world, interaction, { sub: user.sub, authTime, scope: interaction.scope })
  return { ...answered, status, headers: [...answered.headers, ...fields] }
}

/** The consent page, and its form. */
export function consent(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  const { state } = world
  const interaction = interactionOf(request, world)
  const session = sessionOf(request, world)
  if (interaction === undefined || session === undefined) return errorPage(world, 'this request is over')
  if (request.method === 'GET') return consentPage(world, interaction)
  // what a careless redirect repeats is the login
  if (request.form.has('password')) return consentPage(world, interaction)
  if (!isOwnForm(request, interaction, world)) return errorPage(world, 'the form is not ours', 403)
  state.interactions.delete(interaction.id)
  if (request.form.get('decision') !== 'allow')
    return sendError(world, interaction, 'access_denied', 'the user said no')
  const { has } = world
  const chosen = interaction.scope.filter(
    token => has('scope-choice-ignored') || request.form.getAll('scope').includes(token),
  )
  const key = `${session.sub} ${interaction.client.clientId}`
  state.consents.set(key, new Set([...(state.consents.get(key) ?? []), ...chosen]))
  return answer(world, interaction, { ...session, scope: chosen })
}

function interactionOf({ query, form }: WeakRequest, { state }: WeakWorld): Interaction | undefined {
  return state.interactions.get(form.get('interaction') ?? query.get('interaction') ?? '')
}

/** A form counts only from the browser that it was shown in, with the value that only its page holds. @spec RFC 9700 §4.7 */
function isOwnForm(
  { cookies, form, sent }: WeakRequest,
  interaction: Interaction,
  { issuer, has }: WeakWorld,
): boolean {
  if (has('consent-without-csrf')) return true
  const origin = fieldValue(sent.headers, 'origin')
  const isOwnOrigin = origin === undefined || origin === 'null' || origin === new URL(issuer).origin
  return isOwnOrigin && form.get('csrf') === interaction.csrf && cookies.get('browser') === interaction.browser
}
