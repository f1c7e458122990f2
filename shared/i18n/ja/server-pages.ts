import type { ServerPages } from '../en/server-pages.ts';

/** サーバー自身が表示するページ。 */
export const serverPagesJa: ServerPages = {
  title: '灯',
  signInTitle: '灯にログイン',
  signInNote: 'ログインするとアプリに戻ります。',
  email: 'メールアドレス',
  password: 'パスワード',
  code: '認証アプリのコード、または復旧コード',
  signIn: 'ログイン',
  signInWithPasskey: 'パスキーでログイン',
  verifyTitle: 'メールアドレスの確認',
  verify: '確認する',
  resetTitle: '新しいパスワードの設定',
  newPassword: '新しいパスワード（10文字以上）',
  reset: '設定する',
  faults: {
    wrong: '入力内容が正しくありません。もう一度ご確認ください。',
    weak: 'このパスワードは短すぎるか、推測されやすいものです。10文字以上で、ありふれていないものにしてください。',
    tooMany: '試行回数が多すぎます。数分待ってからもう一度お試しください。',
    suspended: 'このアカウントは停止されています。',
    unverified: '先にメールアドレスを確認してください。お送りしたメールのリンクを開いてください。',
    tooLate: '時間が経ちすぎました。アプリからやり直してください。',
  },
  messages: {
    badRequest: 'アドレスが正しくありません。アプリからやり直してください。',
    verified: 'メールアドレスを確認しました。アプリに戻れます。',
    linkInvalid: 'このリンクは使用済みか、期限が切れています。アプリからもう一度お申し込みください。',
    passwordSet: '新しいパスワードを設定しました。各端末でもう一度ログインしてください。',
  },
};
