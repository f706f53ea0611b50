const words = `
  secret Secret SECRET secret1 secret123 mysecret my-secret my_secret topsecret supersecret super-secret
  super_secret secretkey secret-key secret_key SECRET_KEY my-secret-key mysecretkey supersecretkey verysecret
  notsosecret s3cr3t shhhhh shhhhhhared-secret shared-secret sharedsecret your-256-bit-secret
  your-384-bit-secret your-512-bit-secret your-secret your_secret yoursecret your-secret-key your_secret_key
  your_jwt_secret your-jwt-secret a-string-secret-at-least-256-bits-long jwt JWT jwtsecret jwt-secret
  jwt_secret JWT_SECRET jwtSecret jwtkey jwt-key jwt_key JWTSecretKey jwt_secret_key token tokensecret
  token-secret token_secret access-token-secret access_token_secret auth auth-secret authsecret api-secret
  api_secret apikey api-key api_key appsecret app-secret app_secret client-secret client_secret
  session-secret cookie-secret signing-key private-key privatekey key mykey my-key test test123 testing
  test-secret testsecret dev dev-secret development example example-secret demo sample default changeme
  change-me change_me changeit replace-me password Password password1 password123 Passw0rd P@ssw0rd passwd
  passphrase pass letmein 123456 1234567 12345678 123456789 1234567890 12345 1234 123 111111 000000 123123
  abc123 qwerty qwerty123 qwertyuiopasdfghjklzxcvbnm123456 admin admin123 administrator root toor guest user
  welcome iloveyou monkey dragon master foobar foo bar hello helloworld hello-world
`

/** What people write where a secret is wanted: names of the thing, examples of manuals, and the passwords of all lists. */
export const commonSecrets: readonly string[] = [...words.trim().split(/\s+/), 'keyboard cat']
