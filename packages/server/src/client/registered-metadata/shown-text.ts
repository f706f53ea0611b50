// RFC 7591 §2.2, Unicode Standard Annex #9 §2
const longest = 100
/** Controls, separators of lines, marks and overrides of direction, and halves of characters: what makes a text look like another one. */
const deceptive = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u

/** What takes ink: neither space, nor a mark without a letter, nor one of the letters and signs that are drawn as nothing. */
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\u2800]/u
/** No writing has so many on one letter; they would be drawn over what stands beside it. */
const piledMarks = /\p{M}{5}/u

/** Whether a text that a stranger sent may stand on a page where people decide: short, on one line, read as it is written. */
export function isShowable(text: string): boolean {
  return text.length <= longest && isLegible(text) && !deceptive.test(text)
}

/** Whether people see something of a text, and nothing of it over other texts. */
export function isLegible(text: string): boolean {
  return visible.test(text) && !piledMarks.test(text)
}
