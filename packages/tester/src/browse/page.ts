// HTML §4.10
/** A page, as far as a user without script can use it. */
export type Page = {
  readonly url: string
  readonly title: string
  /** What people read on it. */
  readonly text: string
  readonly forms: readonly PageForm[]
  readonly links: readonly PageLink[]
  /** Where the page goes by itself, and after how many seconds. */
  readonly refresh?: { readonly seconds: number; readonly url: string }
  /** Its own wish about `Referer`. */
  readonly referrerPolicy?: string
}

/** A link, its address made absolute. */
type PageLink = { readonly href: string; readonly text: string }

/** A form, with what belongs to it and is not disabled. */
export type PageForm = {
  readonly id?: string
  /** Absolute. */
  readonly action: string
  readonly method: 'GET' | 'POST'
  readonly fields: readonly FormField[]
  readonly buttons: readonly FormButton[]
  /** Whether a script sends it off at once: there is nothing to fill in or press, and a script calls `submit`. */
  readonly isAutomatic: boolean
}

/** A field of a form. */
export type FormField = {
  readonly name: string
  /** `text`, `password`, `hidden`, `checkbox`, `radio`, `select`, `select-multiple`, `textarea`, ... */
  readonly type: string
  readonly value: string
  readonly label: string
  readonly isChecked: boolean
  readonly options: readonly FieldOption[]
  /** What a browser may fill in by itself: `username`, `current-password`, `one-time-code`. */
  readonly autocomplete?: string
}

/** An option of a list. */
export type FieldOption = { readonly value: string; readonly label: string; readonly isSelected: boolean }

/** A button that sends the form. */
export type FormButton = {
  readonly name: string
  readonly value: string
  readonly label: string
  /** Where it sends the form instead; absolute. */
  readonly action?: string
  readonly method?: 'GET' | 'POST'
}
