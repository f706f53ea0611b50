// HTML §4.10.22.4
import type { FormButton, FormField, PageForm } from './page.ts'

/** Values by name that stand instead of the form's own; several for a list or check boxes, `undefined` leaves the name out. */
export type FormValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** Names and values of a form, in its order. */
export type Entries = readonly (readonly [name: string, value: string])[]

/** What a browser would send: the form's own values where nothing is said, and the button's. */
export function entriesOf({ fields }: Pick<PageForm, 'fields'>, values: FormValues = {}, button?: FormButton): Entries {
  const given = new Set<string>()
  const own = fields.flatMap((field): Entries => {
    // a page may call a field `constructor`
    if (!Object.hasOwn(values, field.name)) return ownEntries(field)
    if (given.has(field.name)) return []
    given.add(field.name)
    return givenEntries(field.name, values)
  })
  const added = Object.keys(values).filter(name => !given.has(name) && name !== button?.name)
  const pressed: Entries = button === undefined || button.name === '' ? [] : [[button.name, button.value]]
  return [...own, ...added.flatMap(name => givenEntries(name, values)), ...pressed]
}

function givenEntries(name: string, values: FormValues): Entries {
  const value = values[name] ?? []
  return (typeof value === 'string' ? [value] : value).map(each => [name, each])
}

function ownEntries({ name, type, value, isChecked, options }: FormField): Entries {
  if (type === 'checkbox' || type === 'radio') return isChecked ? [[name, value]] : []
  if (type.startsWith('select'))
    return options.filter(({ isSelected }) => isSelected).map(option => [name, option.value])
  return [[name, value]]
}

/** The entries as `application/x-www-form-urlencoded`, lines ending as browsers end them. */
export function encodeEntries(entries: Entries): string {
  const lines = (text: string) => text.replace(/\r\n?|\n/g, '\r\n')
  return new URLSearchParams(entries.map(([name, value]) => [lines(name), lines(value)])).toString()
}
