import { charactersContract } from './characters/contract.ts';
import { chatContract } from './chat/contract.ts';
import { embeddingContract } from './embedding/contract.ts';
import { hostContract } from './host/contract.ts';
import { lorebookContract } from './lorebook/contract.ts';
import { memoryContract } from './memory/contract.ts';
import type { Client, Contract, Emit, Handlers } from './rpc/contract.ts';
import { settingsContract } from './settings/contract.ts';

/** Every query, command and event between the core and whoever shows it. Nothing else crosses. */
export const contract = {
  chat: chatContract,
  characters: charactersContract,
  memory: memoryContract,
  lorebook: lorebookContract,
  embedding: embeddingContract,
  settings: settingsContract,
  host: hostContract,
} satisfies Contract;

export type CoreContract = typeof contract;
export type CoreHandlers = Handlers<CoreContract>;
export type CoreClient = Client<CoreContract>;
export type CoreEmit = Emit<CoreContract>;
