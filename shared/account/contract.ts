import { z } from 'zod';
import { accountId } from '../server/ids.ts';
import { route } from '../server/route.ts';
import { LOCALES } from '../settings/contract.ts';
import { ROLES } from './permissions.ts';

const nothing = z.strictObject({});

const account = z.strictObject({
  accountId,
  email: z.string(),
  isEmailVerified: z.boolean(),
  displayName: z.string(),
  locale: z.enum(LOCALES),
  role: z.enum(ROLES),
  createdAtMs: z.number(),
  hasTotp: z.boolean(),
  /** Deletion was asked for; until then it can be undone. */
  deleteAfterMs: z.number().nullable(),
});
export type Account = z.infer<typeof account>;

const auditEntry = z.strictObject({
  seq: z.number(),
  atMs: z.number(),
  actorId: z.string().nullable(),
  subjectId: z.string().nullable(),
  action: z.string(),
  /** Values before and after, address and agent; null once erased. */
  detail: z.record(z.string(), z.unknown()).nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const accountContract = {
  read: route('GET', '/v1/account', 'account.read', 'The account itself.', nothing, account),
  update: route(
    'PATCH',
    '/v1/account',
    'account.write',
    'Changes name or language; what is absent stays.',
    z.strictObject({ displayName: z.string().trim().max(60).optional(), locale: z.enum(LOCALES).optional() }),
    account,
  ),
  requestDeletion: route(
    'POST',
    '/v1/account/request-deletion',
    'account.write',
    'Deletes the account and everything of it in 30 days; until then it can be undone.',
    z.strictObject({ password: z.string().min(1).max(1024) }),
    z.strictObject({ deleteAfterMs: z.number() }),
  ),
  undoDeletion: route(
    'POST',
    '/v1/account/undo-deletion',
    'account.write',
    'Keeps the account after all.',
    nothing,
    account,
  ),
  setRole: route(
    'POST',
    '/v1/admin/accounts/:accountId/role',
    'role.grant',
    'Gives an account a role.',
    z.strictObject({ accountId, role: z.enum(ROLES) }),
    nothing,
  ),
  suspend: route(
    'POST',
    '/v1/admin/accounts/:accountId/suspend',
    'account.moderate',
    'Suspends an account: its sessions end, it cannot sign in.',
    z.strictObject({ accountId, reason: z.string().trim().min(1).max(500) }),
    nothing,
  ),
  reinstate: route(
    'POST',
    '/v1/admin/accounts/:accountId/reinstate',
    'account.moderate',
    'Ends a suspension.',
    z.strictObject({ accountId }),
    nothing,
  ),
  auditLog: route(
    'GET',
    '/v1/admin/audit-log',
    'audit.read',
    'Entries of the audit log, newest first.',
    z.strictObject({
      subjectId: accountId.optional(),
      beforeSeq: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    z.array(auditEntry),
  ),
  verifyAuditLog: route(
    'GET',
    '/v1/admin/audit-log/verification',
    'audit.read',
    'Whether the audit log’s chain of hashes holds, and its head, to be compared with one noted earlier.',
    nothing,
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('whole'), entries: z.number(), headHash: z.string() }),
      z.strictObject({ kind: z.literal('broken'), seq: z.number() }),
    ]),
  ),
};
