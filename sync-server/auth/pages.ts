import { serverPagesEn, type ServerPages } from '#shared/i18n/en/server-pages.ts';
import { serverPagesJa } from '#shared/i18n/ja/server-pages.ts';
import type { Locale } from '#shared/settings/contract.ts';

export type PageFault = 'wrong' | 'weak' | 'tooMany' | 'suspended' | 'unverified' | 'tooLate';
export type PageMessage = 'badRequest' | 'verified' | 'linkInvalid' | 'passwordSet';

const TEXTS: Record<Locale, ServerPages> = { ja: serverPagesJa, en: serverPagesEn };

const STYLE = `body{font:16px/1.7 system-ui,sans-serif;background:#faf6f0;color:#33291f;margin:0;display:grid;place-items:center;min-height:100vh}
main{width:min(24rem,90vw);padding:2rem 0}h1{font-size:1.3rem}label{display:block;margin:1rem 0 .25rem}
input{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;border:1px solid #8a7a68;border-radius:.5rem;background:#fff;color:inherit}
button{font:inherit;width:100%;margin-top:1.25rem;padding:.7rem;border:0;border-radius:.5rem;background:#8a4b16;color:#fff;cursor:pointer}
button.second{background:transparent;color:#8a4b16;border:1px solid #8a4b16}[role=alert]{color:#a11;font-weight:600}
@media(prefers-color-scheme:dark){body{background:#1d1814;color:#f1e8dd}input{background:#2a231d}button{background:#e0a060;color:#1d1814}button.second{color:#e0a060;border-color:#e0a060}[role=alert]{color:#ff9d8a}}`;

/** Run by the sign-in page where the browser knows passkeys; the page works without. */
export const SIGN_IN_SCRIPT = `const button = document.querySelector('#passkey');
const flow = document.querySelector('[name=flow]').value;
if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) button.hidden = false;
const post = async (url, body) => {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};
button.addEventListener('click', async () => {
  try {
    const { options } = await post('/v1/auth/passkeys/options', {});
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials.get({ publicKey });
    const { redirect } = await post('/authorize/passkey', { flow, response: credential.toJSON() });
    location.assign(redirect);
  } catch {
    document.querySelector('#fault').textContent = button.dataset.fault;
  }
});
`;

/** Nothing but the page's own script and style; forms may lead on to the app that listens on this machine. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; form-action 'self' http://127.0.0.1:* http://[::1]:*; base-uri 'none'; frame-ancestors 'none'",
  'permissions-policy': 'publickey-credentials-get=(self)',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** The first language of the header that we have; Japanese otherwise. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  const first = /\b(ja|en)\b/i.exec(acceptLanguage ?? '')?.[1]?.toLowerCase();
  return first === 'en' ? 'en' : 'ja';
}

export function signInPage(page: {
  readonly locale: Locale;
  readonly flow: string;
  readonly email: string;
  readonly asksCode: boolean;
  readonly fault: PageFault | null;
}): string {
  const text = TEXTS[page.locale];
  const code = page.asksCode
    ? `<label for="code">${text.code}</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus>`
    : '';
  return layout(
    page.locale,
    text.signInTitle,
    `<p>${text.signInNote}</p><p role="alert" id="fault">${page.fault === null ? '' : text.faults[page.fault]}</p>
<form method="post" action="/authorize"><input type="hidden" name="flow" value="${escape(page.flow)}">
<label for="email">${text.email}</label><input id="email" name="email" type="email" autocomplete="username" required value="${escape(page.email)}">
<label for="password">${text.password}</label><input id="password" name="password" type="password" autocomplete="current-password" required>
${code}<button type="submit">${text.signIn}</button></form>
<button class="second" id="passkey" type="button" hidden data-fault="${escape(text.faults.wrong)}">${text.signInWithPasskey}</button>
<script src="/authorize.js" defer></script>`,
  );
}

export function verifyPage(locale: Locale, secret: string): string {
  const text = TEXTS[locale];
  return layout(
    locale,
    text.verifyTitle,
    `<form method="post" action="/verify-email"><input type="hidden" name="secret" value="${escape(secret)}">
<button type="submit">${text.verify}</button></form>`,
  );
}

export function resetPage(locale: Locale, secret: string, fault: PageFault | null): string {
  const text = TEXTS[locale];
  return layout(
    locale,
    text.resetTitle,
    `<p role="alert">${fault === null ? '' : text.faults[fault]}</p>
<form method="post" action="/reset-password"><input type="hidden" name="secret" value="${escape(secret)}">
<label for="password">${text.newPassword}</label><input id="password" name="password" type="password" minlength="10" autocomplete="new-password" required>
<button type="submit">${text.reset}</button></form>`,
  );
}

export function messagePage(locale: Locale, message: PageMessage): string {
  const text = TEXTS[locale];
  return layout(locale, text.title, `<p>${text.messages[message]}</p>`);
}

function layout(locale: Locale, title: string, body: string): string {
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
