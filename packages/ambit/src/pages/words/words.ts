/**
 * Every text of the pages. `{name}` stands for a value; each text may use those that the English one uses.
 * Names begin with the page that shows them.
 */
export type Words = {
  readonly login_title: string
  readonly login_for: string
  readonly login_repeated: string
  readonly login_username: string
  readonly login_password: string
  readonly login_show_password: string
  readonly login_hide_password: string
  readonly login_submit: string
  readonly login_wrong_credentials: string
  readonly login_throttled: string
  readonly login_expired_form: string
  readonly problem_prefix: string

  readonly login_code_title: string
  readonly login_code_as: string
  readonly login_code_text: string
  readonly login_code_label: string
  readonly login_code_submit: string
  readonly login_code_expired_form: string
  readonly login_code_leave: string
  readonly login_code_wrong: string

  readonly select_account_title: string
  readonly select_account_for: string
  readonly select_account_continue: string
  readonly select_account_other: string

  readonly consent_title: string
  readonly consent_as: string
  readonly consent_website: string
  readonly consent_choose: string
  readonly consent_account_group: string
  readonly consent_nothing_new: string
  readonly consent_details: string
  readonly consent_details_text: string
  readonly consent_required: string
  readonly consent_required_reason: string
  readonly consent_reaches: string
  readonly consent_reaches_more: string
  readonly consent_already: string
  readonly consent_duration_title: string
  readonly consent_duration_session: string
  readonly consent_duration_offline: string
  readonly consent_change: string
  readonly consent_next: string
  readonly consent_address: string
  readonly consent_on_device: string
  readonly consent_allow: string
  readonly consent_deny: string

  readonly risk_sensitive: string
  readonly risk_sensitive_reason: string
  readonly risk_dangerous: string
  readonly risk_dangerous_reason: string

  readonly logout_title: string
  readonly logout_as: string
  readonly logout_for: string
  readonly logout_submit: string
  readonly logout_stay: string

  readonly logged_out_title: string
  readonly logged_out_text: string

  readonly home_title: string
  readonly home_since: string
  readonly home_profile: string
  readonly home_grants: string
  readonly home_grants_text: string
  readonly home_no_grants: string
  readonly home_updated: string
  readonly home_remove: string
  readonly home_remove_scope: string
  readonly home_remove_all: string
  /** Of an app that holds no scope. */
  readonly home_details: string
  readonly home_remove_client: string
  readonly home_logout: string
  readonly home_notices: string
  readonly home_connect_device: string
  readonly home_waiting_requests: string
  readonly claim_name: string
  readonly claim_email: string
  readonly claim_phone_number: string
  readonly claim_address: string
  readonly claim_website: string
  readonly claim_locale: string
  readonly claim_zoneinfo: string

  readonly device_code_title: string
  readonly device_code_label: string
  readonly device_code_hint: string
  readonly device_code_submit: string
  readonly device_code_wrong: string
  readonly device_code_expired_form: string
  readonly device_code_compare: string
  readonly device_code_compare_reason: string
  readonly device_code_same: string
  readonly device_code_other: string

  readonly device_confirm_title: string
  readonly device_confirm_text: string
  readonly device_confirm_place: string
  readonly device_confirm_here: string
  readonly device_confirm_elsewhere: string
  readonly device_confirm_question: string
  readonly device_confirm_warning: string
  readonly device_confirm_yes: string
  readonly device_confirm_no: string

  readonly aside_device: string
  readonly aside_backchannel: string
  readonly aside_message: string
  readonly aside_compare: string
  readonly aside_asked: string
  readonly aside_network: string

  readonly answer_sent_approved: string
  readonly answer_sent_approved_device: string
  readonly answer_sent_approved_backchannel: string
  readonly answer_sent_denied: string
  readonly answer_sent_denied_device: string
  readonly answer_sent_denied_backchannel: string
  readonly answer_sent_ended: string
  readonly answer_sent_ended_device: string
  readonly answer_sent_ended_backchannel: string
  readonly answer_sent_home: string

  readonly waiting_title: string
  readonly waiting_text: string
  readonly waiting_none: string
  readonly waiting_until: string
  readonly waiting_look: string
  readonly waiting_look_client: string

  readonly error_title: string
  readonly error_server_title: string
  readonly error_text: string
  readonly error_server_text: string
  readonly error_unavailable_title: string
  readonly error_unavailable_text: string
  readonly error_code: string
  readonly error_description: string
  readonly error_request: string
  readonly error_stranger: string
  readonly error_onward: string

  readonly form_post_title: string
  readonly form_post_text: string
  readonly form_post_submit: string

  readonly footer_help: string
  readonly footer_privacy: string
  readonly footer_terms: string
}
