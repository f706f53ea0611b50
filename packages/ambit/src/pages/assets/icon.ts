/** The icon of the browser's tab. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0e7a6b" stroke-width="2.5" stroke-linecap="round"><path d="M20.6 8.5A9.3 9.3 0 1 1 15.5 3.4"/><circle cx="12" cy="12" r="3" fill="#0e7a6b" stroke="none"/></svg>\n'
