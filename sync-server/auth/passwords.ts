import { hash, verify } from '@node-rs/argon2';
import { passwordFault } from '#shared/auth/password.ts';
import { ProblemError } from '#shared/server/problem.ts';

/** argon2id (the library's default kind) with OWASP's parameters: 19 MiB, two passes, about 25 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long whether there is a hash or not: an unknown address is not told apart by time. */
  isRight(password: string, hash: string | undefined): Promise<boolean>;
}

export async function createPasswords(): Promise<Passwords> {
  const nobodys = await hash(crypto.randomUUID(), COST);
  return {
    hash: (password) => hash(password.normalize('NFKC'), COST),
    async isRight(password, known) {
      const matches = await verify(known ?? nobodys, password.normalize('NFKC')).catch(() => false);
      return matches && known !== undefined;
    },
  };
}

/** Throws ProblemError `weak_password` with the fault as its detail. */
export function assertStrong(password: string, email: string): void {
  const fault = passwordFault(password, email);
  if (fault !== null) throw new ProblemError('weak_password', { detail: fault });
}
