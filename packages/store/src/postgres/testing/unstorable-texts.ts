/** Texts of strangers that a database cannot hold, by what is wrong with them. */
export const unstorableTexts = [
  ['NUL', 'a\0b'],
  ['a lone surrogate', 'a\ud800b'],
] as const
