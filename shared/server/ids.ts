import { z } from 'zod';

/** Ids that the server makes (UUIDs of version 7). */
export const accountId = z.uuid().brand<'AccountId'>();
export const deviceId = z.uuid().brand<'DeviceId'>();
export const passkeyId = z.uuid().brand<'PasskeyId'>();
export const apiKeyId = z.uuid().brand<'ApiKeyId'>();
