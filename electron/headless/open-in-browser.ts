import { spawn } from 'node:child_process';
import { AppError } from '#shared/rpc/errors.ts';

/** Opens an address in the person's browser. Throws AppError `unavailable`/`no_browser` when the system has no way to. */
export function openLinkInBrowser(url: string): Promise<void> {
  const [program, ...args] = openerOf(process.platform, url);
  return new Promise((resolve, reject) => {
    // No shell in between: an address is one argument, whatever characters it holds.
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    child.once('error', (cause) =>
      reject(new AppError('unavailable', 'no_browser', `${program} did not start`, { cause })),
    );
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

/** Whether this session has a screen to open a browser on. */
export function hasDisplay(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): boolean {
  if (env['SSH_CONNECTION'] !== undefined || env['CI'] !== undefined) return false;
  return platform === 'win32' || platform === 'darwin' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
}

function openerOf(platform: NodeJS.Platform, url: string): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}
