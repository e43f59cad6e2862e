import type { Command } from '../context.js';
import { addConnection } from './addConnection.js';
import { applyAll } from './applyAll.js';
import { applyChange } from './applyChange.js';
import { applyNext } from './applyNext.js';
import { applyUpTo } from './applyUpTo.js';
import { chooseMigrationFolder } from './chooseFolder.js';
import { connect, selectEnvironment } from './connect.js';
import { copyCliCommand } from './copyCliCommand.js';
import { copyVersion } from './copyVersion.js';
import { forgetPassword } from './forgetPassword.js';
import { newMigration } from './newMigration.js';
import { openCounterpart } from './openCounterpart.js';
import { openDown } from './openDown.js';
import { preview } from './preview.js';
import { refresh } from './refresh.js';
import { reveal } from './reveal.js';
import { rollBack } from './rollBack.js';
import { testConnection } from './testConnection.js';

const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Every command of the manifest, and the internal ones that the server's lenses and fixes name. */
export const commands: Readonly<Record<string, Command>> = {
  'lockstep.addConnection': addConnection,
  'lockstep.applyAll': applyAll,
  'lockstep.applyNext': applyNext,
  'lockstep.applyUpTo': applyUpTo,
  'lockstep.chooseFolder': chooseMigrationFolder,
  'lockstep.connect': connect,
  'lockstep.copyCliCommand': copyCliCommand,
  'lockstep.copyVersion': copyVersion,
  'lockstep.forgetPassword': forgetPassword,
  'lockstep.newMigration': newMigration,
  'lockstep.newMigrationHere': newMigration,
  'lockstep.openCounterpart': openCounterpart,
  'lockstep.openDown': openDown,
  'lockstep.preview': preview,
  'lockstep.refresh': refresh,
  'lockstep.restart': (context) => context.server.restart(),
  'lockstep.reveal': reveal,
  'lockstep.rollBack': rollBack,
  'lockstep.selectEnvironment': selectEnvironment,
  'lockstep.showLog': async (context) => context.server.showLog(),
  'lockstep.testConnection': testConnection,
  // Internal.
  'lockstep.applyChange': applyChange,
  'lockstep.focusMigration': (context, folder, id) => context.focus(string(folder), string(id)),
  'lockstep.selectText': (context, uri, text) => context.editor.selectText(string(uri), string(text)),
  'lockstep.showRule': (context, id, url) => context.editor.showRule(string(id), string(url)),
};
