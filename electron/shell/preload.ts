import { ipcRenderer } from 'electron';
import { PORT_ANSWER, PORT_REQUEST } from '#shared/host/port-door.ts';

// The whole of the preload, for good: the page asks for a port, and gets the one the main process made for it. What crosses
// that port is the contract's business; nothing is exposed on `window`.

window.addEventListener('message', (event) => {
  if (event.source === window && event.data === PORT_REQUEST) ipcRenderer.send(PORT_REQUEST);
});

ipcRenderer.on(PORT_ANSWER, (event) => {
  window.postMessage(PORT_ANSWER, window.location.origin, event.ports);
});
