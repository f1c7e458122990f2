import path from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const ROOT = import.meta.dirname;

/**
 * The renderer: a static page for both hosts, which serve it under a content security policy without inline scripts, styles
 * from elsewhere, or data: addresses. Hence no inlined assets and no inline preload code.
 */
export default defineConfig({
  root: path.join(ROOT, 'renderer'),
  base: './',
  plugins: [react(), tailwindcss(), servePuppets()],
  server: { fs: { allow: [ROOT] } },
  // As the page's own: one engine, in pieces that are fetched when they are needed.
  worker: { format: 'es' },
  build: {
    outDir: path.join(ROOT, 'out/renderer'),
    emptyOutDir: true,
    // Electron 45's Chromium and Debian's; nothing older opens this page.
    target: 'chrome140',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
    rolldownOptions: { input: path.join(ROOT, 'renderer/index.html') },
  },
});

/** In development Vite stands in for the host, which serves `resources/puppets` as `/puppets`. */
function servePuppets(): Plugin {
  return {
    name: 'tomoshibi:puppets',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url?.startsWith('/puppets/')) request.url = `/@fs${ROOT}/resources${request.url}`;
        next();
      });
    },
  };
}
