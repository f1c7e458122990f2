/** The pages that the server itself shows: signing in through the browser, links of mails. */
export const serverPagesEn = {
  title: 'Tomoshibi',
  signInTitle: 'Sign in to Tomoshibi',
  signInNote: 'You will return to the app afterwards.',
  email: 'E-mail address',
  password: 'Password',
  code: 'Code from your authenticator, or a recovery code',
  signIn: 'Sign in',
  signInWithPasskey: 'Sign in with a passkey',
  verifyTitle: 'Confirm your e-mail address',
  verify: 'Confirm',
  resetTitle: 'Choose a new password',
  newPassword: 'New password (10 characters or more)',
  reset: 'Set password',
  faults: {
    wrong: 'That did not match. Please check what you entered.',
    weak: 'This password is too short or too easy to guess. Ten characters or more, nothing common.',
    tooMany: 'Too many attempts. Please wait a few minutes.',
    suspended: 'This account is suspended.',
    unverified: 'Please confirm your e-mail address first: the link is in our mail.',
    tooLate: 'This took too long. Please start again in the app.',
  },
  messages: {
    badRequest: 'This address is not complete. Please start again in the app.',
    verified: 'Your e-mail address is confirmed. You can return to the app.',
    linkInvalid: 'This link has been used or is too old. Please ask for a new one in the app.',
    passwordSet: 'Your new password is set. Please sign in again on your devices.',
  },
} as const;

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
/** What a language must supply. */
export type ServerPages = Texts<typeof serverPagesEn>;
