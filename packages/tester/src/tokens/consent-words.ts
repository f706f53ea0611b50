// OpenID Connect Core §3.1.2.4
/** What stands on buttons that say no, or lead away. It counts before what says yes: `don't allow`. */
const negative =
  /\b(deny|den(ied|y)|cancel|decline|refuse|reject|abort|disallow|don['’]?t|not?|never|back|log ?out|sign ?out|(an)?other|different|switch|forgot|register|sign ?up|create|ablehnen|verweigern|abbrechen|nein|nicht|zurück|abmelden|ander\w*|refuser|annuler|non|autre|rechazar|cancelar|denegar|otra|rifiuta|annulla|negar|recusar|weigeren|annuleren|nee)\b/iu

/** What stands on buttons that say yes. */
const affirmative =
  /\b(allow|accept|authori[sz]e|approve|agree|confirm|continue|consent|grant|yes|permit|submit|next|ok|okay|proceed|finish|done|log ?in|sign ?in|weiter|fortfahren|zulassen|erlauben|zustimmen|akzeptieren|bestätigen|ja|anmelden|autoriser|accepter|continuer|oui|valider|permitir|aceptar|continuar|autorizar|sí|consenti|accetta|continua|toestaan|akkoord|doorgaan)\b/iu

/** What a button means by its name, value and words. */
export function meaningOf(...texts: readonly (string | undefined)[]): 'yes' | 'no' | 'unclear' {
  const text = texts
    .filter(each => each !== undefined)
    .join(' ')
    .replaceAll(/[_-]/g, ' ')
  if (negative.test(text)) return 'no'
  return affirmative.test(text) ? 'yes' : 'unclear'
}

/** Whether a field wants to know who logs in, by its name and label. */
export function asksForUsername(...texts: readonly (string | undefined)[]): boolean {
  const text = texts.join(' ')
  if (/code|otp|token/i.test(text)) return false
  return /user|login|e-?mail|identifier|account|benutzer|konto|usuario|utilisateur|identifiant/i.test(text)
}
