/** The licences of everything the app is made with, as text. Loaded only when someone wants to read them. */
export async function loadNotices(): Promise<string> {
  const { default: text } = await import('../../THIRD-PARTY-NOTICES?raw');
  return text;
}
