import process from 'node:process';
import { createCore } from '#core/core.ts';
import { runCore } from './core-side.ts';

// The core's own process: Electron's main process forks this file.
runCore(process.parentPort, createCore, () => process.exit(0));
