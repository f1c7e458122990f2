import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';

/** An engine in a process of its own, as `npm run shapes` starts it, to be killed and started again. */
export interface EngineProcess {
  readonly url: string;
  /** Without a warning, as a crash is. */
  kill(): Promise<void>;
  /** Resolves when the engine follows the database. */
  start(): Promise<void>;
}

export async function createEngineProcess(env: Readonly<Record<string, string>>): Promise<EngineProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const main = path.join(import.meta.dirname, 'main.ts');
  const variables = { PATH: process.env['PATH'], ELECTRIC_INSECURE: 'true', ELECTRIC_PORT: String(port), ...env };
  return {
    url,
    async kill() {
      if (!child || child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async start() {
      const started = spawn(process.execPath, [main], { env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
      child = started;
      let said = '';
      started.stderr.on('data', (text: Buffer) => (said += text.toString()));
      for (;;) {
        if (started.exitCode !== null) throw new Error(`the engine ended: ${said}`);
        const health = await fetch(`${url}/v1/health`).catch(() => undefined);
        await health?.arrayBuffer();
        if (health?.status === 200) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
