import type { Page, PageFrame, Pages } from '@ambit/server'
import { answerSentPage } from './answer-sent.ts'
import { assets, assetVersion } from './assets.ts'
import { consentPage } from './consent.ts'
import { deviceCodePage, deviceConfirmPage } from './device.ts'
import { errorPage } from './error.ts'
import { formPostPage } from './form-post.ts'
import { homePage } from './home.ts'
import { chooseLanguage } from './language.ts'
import { type Content, layout } from './layout.ts'
import { loginPage } from './login.ts'
import { loginCodePage } from './login-code.ts'
import { loggedOutPage, logoutPage } from './logout.ts'
import { selectAccountPage } from './select-account.ts'
import type { Brand, View } from './view.ts'
import { waitingRequestsPage } from './waiting-requests.ts'
import { bindWordbook, type WordChanges } from './words/wordbook.ts'

/** What an operator can change about the pages. */
export type PagesOptions = {
  /** Texts in place of ours, by language: `{ de: { login_title: 'Willkommen' } }`; a new language adds itself. */
  readonly words?: WordChanges
  readonly brand?: Brand
}

/**
 * The pages in HTML, in English and German.
 * @errors RangeError: an operator's text that no page shows, or that has a placeholder its page does not fill
 */
export function createPages(options: PagesOptions = {}): Pages {
  const book = bindWordbook(options.words)
  const languages = [...book.keys()]
  const brand = options.brand ?? { name: 'Ambit' }
  const open = (frame: PageFrame): View => {
    const language = chooseLanguage({ uiLocales: frame.uiLocales, acceptLanguage: frame.acceptLanguage }, languages)
    const words = book.get(language)
    if (words === undefined) throw new TypeError(`no words in \`${language}\``)
    return { words, language, brand, frame, assetVersion }
  }
  return {
    languages,
    asset: name => assets.get(name),
    render: (page, frame) => {
      const view = open(frame)
      return { html: layout(view, contentOf(page, view)).toString(), language: view.language }
    },
  }
}

function contentOf(page: Page, view: View): Content {
  switch (page.page) {
    case 'login':
      return loginPage(page, view)
    case 'login_code':
      return loginCodePage(page, view)
    case 'select_account':
      return selectAccountPage(page, view)
    case 'consent':
      return consentPage(page, view)
    case 'logout':
      return logoutPage(page, view)
    case 'logged_out':
      return loggedOutPage(view)
    case 'home':
      return homePage(page, view)
    case 'device_code':
      return deviceCodePage(page, view)
    case 'device_confirm':
      return deviceConfirmPage(page, view)
    case 'answer_sent':
      return answerSentPage(page, view)
    case 'waiting_requests':
      return waitingRequestsPage(page, view)
    case 'error':
      return errorPage(page, view)
    case 'form_post':
      return formPostPage(page, view)
  }
}
