import { fork } from 'node:child_process';
import type { FromLlama, ToLlama } from './llama-protocol.ts';

/** The process that holds a model, as the core sees it. */
export interface LlamaChild {
  send(message: ToLlama): void;
  onMessage(listener: (message: FromLlama) => void): void;
  /** Heard once, however it ends. */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

export type SpawnLlama = () => LlamaChild;

/** Starts `llama-process` beside this file, in Node or in Electron's Node. */
export const forkLlama: SpawnLlama = () => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const child = fork(new URL(`./llama-process.${extension}`, import.meta.url), [], {
    execArgv: [],
    // What llama.cpp prints names files of the person.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    serialization: 'json',
  });
  // A message to a process that is ending is lost; its end is told by `exit`.
  child.on('error', () => child.kill('SIGKILL'));
  return {
    send: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromLlama)),
    onExit: (listener) => {
      let told = false;
      const once = (how: string): void => {
        if (!told) listener(how);
        told = true;
      };
      child.once('exit', (code, signal) => once(signal ?? `code ${code ?? 'none'}`));
      // It never started.
      child.once('error', () => once('no process'));
    },
    kill: () => void child.kill('SIGKILL'),
  };
};
