import { accountContract } from '../account/contract.ts';
import { authContract } from '../auth/contract.ts';
import type { ServerClient, ServerContract } from './route.ts';

/**
 * Every call of the server that answers with one piece of JSON. What streams or speaks another protocol (shapes, the model relay,
 * the archive of an export) has its own door.
 */
export const serverContract = {
  auth: authContract,
  account: accountContract,
} satisfies ServerContract;

/** What a client holds: see `createServerClient`. */
export type TomoshibiServer = ServerClient<typeof serverContract>;
