import type { Port } from '#shared/rpc/port-transport.ts';
import type { PortMain } from './electron-api.ts';

/** Electron's port, on its Node side, as the transport wants it. */
export function adaptPortMain(port: PortMain): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    listen(onMessage, onClose) {
      port.on('message', (event) => onMessage(event.data));
      port.on('close', onClose);
      port.start();
    },
    close: () => port.close(),
  };
}
