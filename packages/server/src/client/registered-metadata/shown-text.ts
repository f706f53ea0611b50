// RFC 7591 §2.2, Unicode Standard Annex #9 §2
const longest = 100
/** Controls, separators of lines, marks and overrides of direction, and halves of characters: what makes a text look like another one. */
const deceptive = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u

/** Whether a text that a stranger sent may stand on a page where people decide: short, on one line, read as it is written. */
export function isShowable(text: string): boolean {
  return text.length <= longest && text.trim() !== '' && !deceptive.test(text)
}
