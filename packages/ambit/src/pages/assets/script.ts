/** What script adds to the pages; each of them works without it. */
export const script = `'use strict'

// form_post: the answer goes to the app without a click
document.querySelector('form[data-send="at-once"]')?.submit()

// a form is sent once
for (const form of document.forms) {
  form.addEventListener('submit', event => {
    if (form.dataset.sent) event.preventDefault()
    form.dataset.sent = 'yes'
  })
}
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent
})

// the password can be looked at
for (const field of document.querySelectorAll('input[type="password"][data-show]')) {
  const button = document.createElement('button')
  const name = () => (field.type === 'password' ? field.dataset.show : field.dataset.hide)
  button.type = 'button'
  button.className = 'reveal'
  button.setAttribute('aria-controls', field.id)
  button.setAttribute('aria-label', name())
  button.addEventListener('click', () => {
    field.type = field.type === 'password' ? 'text' : 'password'
    button.classList.toggle('shown', field.type === 'text')
    button.setAttribute('aria-label', name())
    field.focus()
  })
  field.form.addEventListener('submit', () => {
    field.type = 'password'
  })
  field.after(button)
}

// times in the reader's own time zone
for (const time of document.querySelectorAll('time[datetime]')) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' })
  time.textContent = format.format(new Date(time.dateTime))
}
`
