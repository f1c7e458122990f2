import { contract } from '#shared/contract.ts';
import { createDetachedClient } from '#shared/rpc/client.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { createPortTransport } from '#shared/rpc/port-transport.ts';
import type { SettingValues } from '#shared/settings/contract.ts';
import type { PortMain } from './electron-api.ts';
import { adaptPortMain } from './port-main.ts';

/** The settings that the shell itself follows. */
export type ShellSettings = Pick<SettingValues, 'locale' | 'keepInTray' | 'spellCheck'>;

/**
 * Follows the person's settings as any page does: over a port of its own, asking again when they change. `onChange` is called
 * with every answer; while the file is locked or the core is away nothing is, and what was known holds.
 */
export function followSettings(
  onChange: (settings: ShellSettings) => void,
  onError: (error: unknown) => void,
): { attach(port: PortMain): void } {
  const { client, attach } = createDetachedClient(contract, { onListenerError: onError });
  const ask = async (): Promise<void> => {
    try {
      const { locale, keepInTray, spellCheck } = await client.settings.all({});
      onChange({ locale, keepInTray, spellCheck });
    } catch (error) {
      if (!(error instanceof AppError)) onError(error);
    }
  };
  client.host.onStatusChanged(() => void ask());
  client.host.onDataChanged(({ entities }) => {
    if (entities.includes('setting')) void ask();
  });
  return {
    attach(port) {
      attach(createPortTransport(adaptPortMain(port)));
      void ask();
    },
  };
}
