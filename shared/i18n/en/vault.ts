/** When the person's file cannot be opened as usual. */
export const vaultEn = {
  'vault.locked.title': 'Welcome back',
  'vault.locked.body': 'Your file is protected. Enter the passphrase to open it.',
  'vault.locked.label': 'Passphrase',
  'vault.locked.open': 'Open',
  'vault.locked.wrong': 'That is not the passphrase. Please check capital letters and the input language.',
  'vault.locked.forgotten':
    'There is no way around a forgotten passphrase: it is what protects your conversations from others.',
  'vault.damaged.title': 'Your file could not be read',
  'vault.damaged.body': 'Nothing was deleted. The damaged file was set aside, and you can go on from a backup.',
  'vault.damaged.setAside': 'Set aside as',
  'vault.damaged.newest': 'The newest good backup',
  'vault.damaged.restore': 'Restore this backup',
  'vault.damaged.others': 'Older backups',
  'vault.damaged.none': 'There is no good backup to go back to.',
  'vault.damaged.startEmpty': 'Start with an empty file',
  'vault.damaged.startEmptyTitle': 'Start with an empty file?',
  'vault.damaged.startEmptyBody':
    'Conversations and companions begin from nothing. The damaged file and all backups stay where they are.',
  'vault.newer.title': 'This file is from a newer version',
  'vault.newer.body':
    'It was written by a newer version of Tomoshibi (format {fileVersion}; this one reads up to {appVersion}). Update the app to open it. The file has not been touched.',
  'vault.read_only.title': 'The folder cannot be written to',
  'vault.read_only.body': 'Tomoshibi needs to write in the folder below. Please allow it, then try again.',
  'vault.in_use.title': 'Tomoshibi is already open',
  'vault.in_use.body': 'Another window or program is using your file. Close it, then try again.',
  'vault.disk_full.title': 'The disk is full',
  'vault.disk_full.body': 'There is no room to open your file safely. Free some space, then try again.',
  'vault.no_key.title': 'The key to your file is missing',
  'vault.no_key.body':
    'The keychain of this machine did not hand out the key. Unlock the keychain (signing in again often helps), then try again. Your file has not been touched.',
  'vault.migration_failed.title': 'The file could not be brought up to date',
  'vault.migration_failed.body': 'Step {migration} failed. Your file is as it was, and there is a copy of it.',
  'vault.migration_failed.backup': 'Copy',
  'vault.path': 'Where',
  'vault.safe': 'Nothing you wrote has been changed or lost.',
} as const;
