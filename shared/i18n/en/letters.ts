/** The mails the server sends. `{link}` and other words in braces are filled in. */
export const lettersEn = {
  verifyEmail: {
    subject: 'Confirm your e-mail address — Tomoshibi',
    text: `Hello,

please confirm that this address is yours by opening this link within 24 hours:

{link}

If you did not register with Tomoshibi, do nothing: without your confirmation nobody can use the account.

Tomoshibi
`,
  },
  alreadyRegistered: {
    subject: 'You already have an account — Tomoshibi',
    text: `Hello,

somebody (perhaps you) tried to register with this address, which already has an account. Sign in with it; if you have
forgotten the password, ask for a new one in the app.

If it was not you, nothing needs to be done.

Tomoshibi
`,
  },
  resetPassword: {
    subject: 'A new password — Tomoshibi',
    text: `Hello,

to choose a new password, open this link within one hour:

{link}

It signs every device out. If you did not ask for this, do nothing: your password stays as it is.

Tomoshibi
`,
  },
  passwordChanged: {
    subject: 'Your password was changed — Tomoshibi',
    text: `Hello,

the password of your account was changed just now, and other devices were signed out.

If that was not you, ask for a new password in the app at once.

Tomoshibi
`,
  },
  tokenReused: {
    subject: 'A device was signed out for safety — Tomoshibi',
    text: `Hello,

a sign-in token of the device "{device}" was used twice. That can mean that somebody copied it, so the device was signed out.

If you have just restored that device from a backup, simply sign in again. Otherwise change your password, too.

Tomoshibi
`,
  },
  deletionRequested: {
    subject: 'Your account will be deleted — Tomoshibi',
    text: `Hello,

you asked for your account and everything the server holds of it to be deleted. This happens on {date} (UTC). Until then you can
sign in and undo it.

Tomoshibi
`,
  },
  deletionReceipt: {
    subject: 'Your account has been deleted — Tomoshibi',
    text: `Hello,

your account and everything the server held of it have been deleted. Receipt: {receipt}

Deleted at: {date} (UTC)
{rows}
What you have on your own devices is yours and was not touched. Backups of the server are overwritten within 30 days.

Tomoshibi
`,
  },
} as const;

/** What a language must supply. */
export type Letters = { readonly [K in keyof typeof lettersEn]: { readonly subject: string; readonly text: string } };
