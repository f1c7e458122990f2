/** Where the key of the file rests while the app is not running, when the person set no passphrase. */
export interface KeySource {
  readonly kind: 'keychain' | 'key-file' | 'none';
  /** The 32 bytes saved before; null when there are none. Throws when the place refused (a locked keychain). */
  load(): Promise<Uint8Array | null>;
  /** Resolves once the key would survive a power cut. */
  save(key: Uint8Array): Promise<void>;
  /** Forgets the key: a passphrase guards it from now on. */
  remove(): Promise<void>;
}
