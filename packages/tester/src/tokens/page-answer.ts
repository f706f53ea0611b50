// OpenID Connect Core §3.1.2.3, §3.1.2.4
import type { FormButton, FormField, Page, PageForm } from '../browse/page.ts'
import type { UserConduct } from '../run/probe-context.ts'
import { asksForUsername, meaningOf } from './consent-words.ts'

/**
 * A step of a scripted login: on the page that has these fields, they are filled and the button is clicked. `{username}` and
 * `{password}` stand for those of the user.
 */
export type LoginStep = {
  readonly fill: Readonly<Record<string, string>>
  /** The name, value or words of the button; absent: the one that says yes. */
  readonly click?: string
}

/** Who answers, how, and what was done before. */
export type Answerer = {
  /** Absent where nobody is to log in. */
  readonly username?: string
  readonly conduct: UserConduct
  /** What was asked for. */
  readonly scope: readonly string[]
  /** Steps that were not taken yet. */
  readonly script: readonly LoginStep[]
  readonly hasGivenPassword: boolean
  /** What the device shows. @spec RFC 8628 §3.3 */
  readonly userCode?: string
}

/** What goes into a field: `{username}` and `{password}` are put in when it is sent. A check box is told by its values. */
export type Filling = Readonly<Record<string, string | readonly string[]>>

/** What a user does with a page. */
export type PageAnswer =
  | {
      readonly kind: 'submit'
      readonly form: PageForm
      readonly filling: Filling
      readonly button?: FormButton
      readonly givesPassword: boolean
      readonly step?: LoginStep
    }
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'stuck'; readonly reason: string }

/** Decides what a user does with a page. Pure: the scripted user agent and the real browser ask the same. */
export function answerPage(page: Pick<Page, 'forms' | 'links'>, answerer: Answerer): PageAnswer {
  if (answerer.conduct.isIdle === true) return { kind: 'nothing' }
  const { userCode } = answerer
  // nobody types braces, and in a filling they would stand for the user's own password
  const byCode = userCode === undefined || /[{}]/.test(userCode) ? undefined : enterCode(page.forms, userCode)
  return (
    byScript(page, answerer) ?? byCode ?? byLogin(page, answerer) ?? byConsent(page, answerer) ?? { kind: 'nothing' }
  )
}

function byScript({ forms }: Pick<Page, 'forms' | 'links'>, { script }: Answerer): PageAnswer | undefined {
  for (const step of script) {
    const names = Object.keys(step.fill)
    const fits = ({ fields, buttons }: PageForm) =>
      names.every(name => fields.some(field => field.name === name)) &&
      (step.click === undefined ? names.length > 0 : buttons.some(button => isNamed(button, step.click)))
    const form = forms.find(fits)
    if (form === undefined) continue
    const button = step.click === undefined ? yesOf(form) : form.buttons.find(each => isNamed(each, step.click))
    const givesPassword = Object.values(step.fill).some(value => value.includes('{password}'))
    return { kind: 'submit', form, filling: step.fill, givesPassword, step, ...(button && { button }) }
  }
  return undefined
}

function isNamed({ name, value, label }: FormButton, wanted: string | undefined): boolean {
  return wanted !== undefined && [name, value, label.trim()].includes(wanted)
}

/** A login form is known by its one password field; a form that only asks who it is comes before it. */
function byLogin(
  { forms }: Pick<Page, 'forms' | 'links'>,
  { username, hasGivenPassword }: Answerer,
): PageAnswer | undefined {
  const passwords = ({ fields }: PageForm) => fields.filter(({ type }) => type === 'password')
  const form = forms.find(each => passwords(each).length === 1)
  const password = form && passwords(form)[0]
  if (form === undefined || password === undefined) return username === undefined ? undefined : askedWho(forms)
  if (username === undefined)
    return { kind: 'stuck', reason: 'the server asks for a password, and no user is configured' }
  if (hasGivenPassword)
    return {
      kind: 'stuck',
      reason: 'the login page came again after user name and password were given; are they right?',
    }
  const name = usernameField(form)
  const filling = { ...(name && { [name.name]: '{username}' }), [password.name]: '{password}' }
  const button = yesOf(form)
  return { kind: 'submit', form, filling, givesPassword: true, ...(button && { button }) }
}

function askedWho(forms: readonly PageForm[]): PageAnswer | undefined {
  for (const form of forms) {
    const field = form.fields.find(each => isText(each) && asksForUsername(each.name, each.label))
    const button = yesOf(form)
    if (field !== undefined && field.value === '')
      return {
        kind: 'submit',
        form,
        filling: { [field.name]: '{username}' },
        givesPassword: false,
        ...(button && { button }),
      }
  }
  return undefined
}

function usernameField({ fields }: PageForm): FormField | undefined {
  const texts = fields.filter(isText)
  const declared = texts.find(({ autocomplete = '' }) => /\b(username|email)\b/.test(autocomplete))
  return declared ?? texts.find(({ name, label }) => asksForUsername(name, label)) ?? texts[0]
}

/** @spec RFC 8628 §3.3 */
function enterCode(forms: readonly PageForm[], userCode: string): PageAnswer | undefined {
  for (const form of forms) {
    const field = form.fields.find(
      each => isText(each) && each.value === '' && /code/i.test(`${each.name} ${each.label}`),
    )
    const button = yesOf(form)
    if (field !== undefined)
      return {
        kind: 'submit',
        form,
        filling: { [field.name]: userCode },
        givesPassword: false,
        ...(button && { button }),
      }
  }
  return undefined
}

function isText({ type }: FormField): boolean {
  return ['', 'text', 'email', 'tel'].includes(type)
}

function byConsent(page: Pick<Page, 'forms' | 'links'>, answerer: Answerer): PageAnswer | undefined {
  return answerer.conduct.denies === true ? sayNo(page) : sayYes(page, answerer)
}

function sayNo({ forms, links }: Pick<Page, 'forms' | 'links'>): PageAnswer | undefined {
  for (const form of forms) {
    const button = form.buttons.find(each => meaning(each) === 'no')
    if (button !== undefined) return { kind: 'submit', form, filling: {}, button, givesPassword: false }
  }
  const link = links.find(({ text }) => meaningOf(text) === 'no')
  if (link !== undefined) return { kind: 'open', url: link.href }
  return forms.length === 0 ? undefined : { kind: 'stuck', reason: 'the page shows no way to say no' }
}

function sayYes({ forms }: Pick<Page, 'forms' | 'links'>, answerer: Answerer): PageAnswer | undefined {
  const clear = forms.find(({ buttons }) => buttons.some(button => meaning(button) === 'yes'))
  const only = forms.length === 1 ? forms[0] : undefined
  const form = clear ?? only
  // a text that is wanted and not filled is a question that this user cannot answer
  if (form === undefined || form.fields.some(field => isText(field) && field.value === '')) return undefined
  const button = yesOf(form)
  if (button === undefined && form.buttons.length > 0) return undefined
  return { kind: 'submit', form, filling: ticksOf(form, answerer), givesPassword: false, ...(button && { button }) }
}

/** The button that says yes, or the only one that does not say no. */
function yesOf({ buttons }: PageForm): FormButton | undefined {
  return buttons.find(each => meaning(each) === 'yes') ?? buttons.find(each => meaning(each) === 'unclear')
}

function meaning({ name, value, label }: FormButton): 'yes' | 'no' | 'unclear' {
  const byWords = meaningOf(label)
  return byWords === 'unclear' ? meaningOf(name, value) : byWords
}

/** Ticks the scopes that were asked for but not those that are refused; other boxes stay as they are. */
function ticksOf({ fields }: PageForm, { scope, conduct: { refuses = [] } }: Answerer): Filling {
  const boxes = fields.filter(({ type, name }) => type === 'checkbox' && name !== '')
  const means = ({ name, value, label }: FormField, tokens: readonly string[]) =>
    [value, name, label.trim()].some(text => tokens.includes(text))
  const about = boxes.filter(box => means(box, [...scope, ...refuses]))
  const names = new Set(about.map(({ name }) => name))
  const ticked = boxes.filter(box => (means(box, refuses) ? false : box.isChecked || means(box, scope)))
  return Object.fromEntries(
    [...names].map(name => [name, ticked.filter(box => box.name === name).map(({ value }) => value)]),
  )
}
