import { baseStyle } from './style-base.ts'
import { formStyle } from './style-forms.ts'
import { pageStyle } from './style-pages.ts'

/** The style of all pages. */
export const style = `${baseStyle}${formStyle}${pageStyle}`
