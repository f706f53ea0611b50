import type { Words } from './words.ts'

/** The pages in German. */
export const de: Words = {
  login_title: 'Anmelden',
  login_for: 'und weiter zu {client}',
  login_repeated: 'Bitte bestätigen Sie, dass Sie es sind.',
  login_username: 'Benutzername',
  login_password: 'Passwort',
  login_show_password: 'Passwort anzeigen',
  login_hide_password: 'Passwort verbergen',
  login_submit: 'Anmelden',
  login_wrong_credentials: 'Benutzername oder Passwort stimmen nicht. Bitte versuchen Sie es noch einmal.',
  login_throttled: 'Es gab zu viele Versuche. Bitte warten Sie {time} und versuchen Sie es dann noch einmal.',
  login_expired_form: 'Diese Seite war zu lange offen. Bitte melden Sie sich noch einmal an.',
  problem_prefix: 'Problem:',

  login_code_title: 'Code eingeben',
  login_code_as: 'Sie sind angemeldet als {username}. Hierfür brauchen wir einen zweiten Nachweis, dass Sie es sind.',
  login_code_text: 'Öffnen Sie Ihre Authenticator-App und tippen Sie ein, was sie jetzt zeigt.',
  login_code_label: 'Sechsstelliger Code',
  login_code_submit: 'Weiter',
  login_code_expired_form: 'Diese Seite war zu lange offen. Bitte tippen Sie den Code ein, den Ihre App jetzt zeigt.',
  login_code_leave: 'Sie sind das nicht oder haben gerade keinen Code? Abmelden',
  login_code_wrong:
    'Der Code ist falsch, abgelaufen oder schon benutzt. Bitte tippen Sie den ein, den Ihre App jetzt zeigt.',

  select_account_title: 'Konto wählen',
  select_account_for: 'und weiter zu {client}',
  select_account_continue: 'Weiter als {username}',
  select_account_other: 'Anderes Konto verwenden',

  consent_title: '{client} bittet um Zugriff',
  consent_as: 'Sie sind angemeldet als {username}.',
  consent_website: 'Website',
  consent_choose: 'Wählen Sie, was {client} darf. Nehmen Sie den Haken weg, wo Sie etwas nicht erlauben möchten.',
  consent_account_group: 'Ihr Konto',
  consent_nothing_new: 'Die App bittet um nichts Neues.',
  consent_details: 'Nur dieses Mal',
  consent_details_text: 'Hiernach werden Sie jedes Mal gefragt.',
  consent_required: 'Notwendig',
  consent_required_reason: 'Ohne dies funktioniert die App nicht. Wenn Sie es nicht möchten, wählen Sie „Ablehnen“.',
  consent_reaches: 'Das erlaubt auch:',
  consent_reaches_more: '{count} weitere',
  consent_already: 'Das haben Sie schon früher erlaubt',
  consent_duration_title: 'Wie lange',
  consent_duration_session: 'Nur solange Sie angemeldet sind. Melden Sie sich ab, endet der Zugriff.',
  consent_duration_offline: 'Bis zu {time} lang, auch wenn Sie nicht da sind.',
  consent_change:
    'Sie können den Zugriff jederzeit in Ihrem Konto beenden. Bis das bei der App ankommt, kann es bis zu {token} dauern.',
  consent_next: 'Danach kehren Sie zurück zu {host}.',
  consent_address: 'Diese App ist hier nicht registriert. Sicher ist nur, dass sie bei {host} beschrieben ist.',
  consent_on_device:
    'Der Zugriff geht an eine App auf diesem Gerät, und eine andere könnte sich für sie ausgeben. Erlauben Sie ihn nur, wenn Sie sie eben selbst gestartet haben.',
  consent_allow: 'Erlauben',
  consent_deny: 'Ablehnen',

  risk_sensitive: 'Heikel',
  risk_sensitive_reason: 'Betrifft Dinge, die Sie vielleicht für sich behalten möchten.',
  risk_dangerous: 'Gefährlich',
  risk_dangerous_reason:
    'Kann Schaden anrichten, der sich nicht rückgängig machen lässt. Erlauben Sie es nur einer App, der Sie ganz vertrauen.',

  logout_title: 'Abmelden?',
  logout_as: 'Sie sind angemeldet als {username}.',
  logout_for: '{client} bittet Sie, sich auch hier abzumelden.',
  logout_submit: 'Abmelden',
  logout_stay: 'Angemeldet bleiben',

  logged_out_title: 'Sie sind abgemeldet',
  logged_out_text: 'Sie können diese Seite schließen.',

  home_title: 'Hallo, {username}',
  home_since: 'Angemeldet seit {time}',
  home_profile: 'Über Sie',
  home_grants: 'Apps mit Zugriff',
  home_grants_text: 'Was Sie hier entfernen, muss eine App erneut von Ihnen erbitten.',
  home_no_grants: 'Keine App hat Zugriff auf Ihr Konto.',
  home_updated: 'Zuletzt geändert: {time}',
  home_remove: 'Entfernen',
  home_remove_scope: '„{scope}“ von {client} entfernen',
  home_remove_all: 'Gesamten Zugriff entfernen',
  home_details: 'Nichts außer dem, was Sie für einzelne Male erlaubt haben.',
  home_remove_client: 'Gesamten Zugriff von {client} entfernen',
  home_logout: 'Abmelden',
  home_notices: 'Mehr',
  home_connect_device: 'Gerät verbinden',
  home_waiting_requests: 'Anfragen, die auf Sie warten: {count}',
  claim_name: 'Name',
  claim_email: 'E-Mail',
  claim_phone_number: 'Telefon',
  claim_address: 'Anschrift',
  claim_website: 'Website',
  claim_locale: 'Sprache',
  claim_zoneinfo: 'Zeitzone',

  device_code_title: 'Gerät verbinden',
  device_code_label: 'Code von Ihrem Gerät',
  device_code_hint: 'Tippen Sie den Code ein, den Ihr Gerät jetzt zeigt.',
  device_code_submit: 'Weiter',
  device_code_wrong:
    'Diesen Code gibt es nicht, oder er ist abgelaufen. Bitte tippen Sie den ein, den Ihr Gerät jetzt zeigt.',
  device_code_expired_form: 'Diese Seite war zu lange offen. Bitte tippen Sie den Code ein, den Ihr Gerät jetzt zeigt.',
  device_code_compare: 'Zeigt ein Gerät vor Ihnen genau diesen Code?',
  device_code_compare_reason:
    'Hat Sie jemand hierher geschickt, oder zeigt keines Ihrer Geräte diesen Code, schließen Sie diese Seite.',
  device_code_same: 'Ja, es ist derselbe Code',
  device_code_other: 'Nein, ich möchte einen Code eintippen',

  device_confirm_title: '{client} bittet auf einem Gerät um Zugriff',
  device_confirm_text: 'Danach melden Sie sich an und wählen, was {client} darf. Das Gerät kann dann für Sie handeln.',
  device_confirm_place: 'Ort',
  device_confirm_here: 'Dasselbe Netz wie das dieses Browsers',
  device_confirm_elsewhere:
    'Ein anderes Netz als das dieses Browsers. Steht das Gerät neben Ihnen und nutzt denselben Anschluss, machen Sie nicht weiter.',
  device_confirm_question: 'Haben Sie das selbst begonnen, auf einem Gerät, das Sie haben?',
  device_confirm_warning:
    'Niemand, der Sie anruft oder Ihnen schreibt, braucht das je von Ihnen. Wer das Gerät hat, kann dann Ihr Konto nutzen.',
  device_confirm_yes: 'Ja, weiter',
  device_confirm_no: 'Nein, ablehnen',

  aside_device: '{client} fragt auf einem Gerät, nicht in diesem Browser. Was Sie erlauben, geht an dieses Gerät.',
  aside_backchannel:
    '{client} fragt Sie ohne Ihren Browser. Erlauben Sie es nur, wenn Sie gerade mit {client} zu tun haben.',
  aside_message: 'Nachricht',
  aside_compare:
    'Die App, oder wer gerade mit Ihnen zu tun hat, zeigt Ihnen dieselbe Nachricht. Wenn nicht, lehnen Sie ab.',
  aside_asked: 'Gefragt',
  aside_network: 'Aus dem Netz',

  answer_sent_approved: 'Erledigt',
  answer_sent_approved_device: 'Ihr Gerät macht gleich von selbst weiter. Sie können diese Seite schließen.',
  answer_sent_approved_backchannel: 'Die App macht gleich von selbst weiter. Sie können diese Seite schließen.',
  answer_sent_denied: 'Abgelehnt',
  answer_sent_denied_device: 'Das Gerät bekommt keinen Zugriff. Sie können diese Seite schließen.',
  answer_sent_denied_backchannel: 'Die App bekommt keinen Zugriff. Sie können diese Seite schließen.',
  answer_sent_ended: 'Diese Anfrage ist beendet',
  answer_sent_ended_device:
    'Sie wurde schon beantwortet, oder es hat zu lange gedauert. Beginnen Sie auf Ihrem Gerät neu.',
  answer_sent_ended_backchannel: 'Sie wurde schon beantwortet, oder es hat zu lange gedauert.',
  answer_sent_home: 'Ihr Konto',

  waiting_title: 'Anfragen, die auf Sie warten',
  waiting_text: 'Sehen Sie sich jede an, bevor Sie antworten.',
  waiting_none: 'Keine App wartet auf Ihre Antwort.',
  waiting_until: 'Wartet bis',
  waiting_look: 'Ansehen',
  waiting_look_client: 'Ansehen: die Anfrage von {client}',

  error_title: 'Das hat nicht geklappt',
  error_server_title: 'Bei uns ist etwas schiefgegangen',
  error_text:
    'Gehen Sie zurück zur App und versuchen Sie es noch einmal. Passiert es wieder, nennen Sie den Machern der App, was unten steht.',
  error_server_text:
    'Bitte versuchen Sie es gleich noch einmal. Passiert es wieder, nennen Sie den Betreibern dieses Dienstes, was unten steht.',
  error_unavailable_title: 'Im Moment nicht erreichbar',
  error_unavailable_text:
    'Bitte warten Sie {time} und laden Sie diese Seite dann neu. Ihr letzter Schritt ist vielleicht schon ausgeführt; dann sehen Sie es danach.',
  error_code: 'Fehler',
  error_description: 'Einzelheiten',
  error_request: 'Anfrage',
  error_stranger: 'Wer diese App betreibt, weiß hier niemand. Gehen Sie nur weiter, wenn Sie {host} kennen.',
  error_onward: 'Weiter zur App',

  form_post_title: 'Zurück zur App',
  form_post_text: 'Falls nichts geschieht, gehen Sie von Hand weiter.',
  form_post_submit: 'Weiter',

  footer_help: 'Hilfe',
  footer_privacy: 'Datenschutz',
  footer_terms: 'Nutzungsbedingungen',
}
