import { demoClients, demoUser, demoUsers } from './config.ts'
import { petStoreOf } from './places.ts'
import type { Demo } from './start-demo.ts'

/** What `npm start` says: addresses, a login, and what to try. */
export function greeting({ places, setting }: Demo, milliseconds: number): string {
  const { issuer, api, app } = places
  return `
  Ambit demonstration, up in ${milliseconds} ms

    Web app                ${app}
    Authorization server   ${issuer}
    Pet store, inventory   ${api}

    Login                  ${demoUser.username}
    Password               ${demoUser.password}
    Somebody else          ${demoUsers.grace.username} with ${demoUsers.grace.password}
    (everybody knows these passwords, so the demonstration listens on this machine alone)

  Three things to try

    1. Open ${app}, log in, and untick “Add pets” when you are asked.
       Then press “Add a pet” and read why the API refuses.

    2. Press “Change a price”, then “Ask for more”: you are asked for the difference, not for everything again.
       Take something back at ${issuer}/ and press the buttons once more.

    3. Be a machine:
       curl -u ${demoClients.machine}:${setting.secrets.machine} -d grant_type=client_credentials \\
         -d scope=read_pets -d resource=${petStoreOf(places)} ${issuer}/token

  Ctrl+C stops it. \`npm run tour\` shows the same journey with every HTTP exchange.

`
}
