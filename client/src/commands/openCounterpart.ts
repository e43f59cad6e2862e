import type { Command } from '../context.js';
import { placeOf, targetOf } from '../target.js';

export const openCounterpart: Command = async (context, arg) => {
  const target = targetOf(arg);
  const status = context.store.status;
  const uri = target.uri ?? (status && placeOf(status, target)?.migration?.upUri) ?? context.editor.activeUri();
  if (uri === undefined) {
    await context.ui.info('Open a migration file first.');
    return;
  }
  const position = uri === context.editor.activeUri() ? context.editor.activePosition() : undefined;
  const found = await context.server.counterpart(uri, position);
  if (found.uri === undefined) {
    await context.ui.info('This file is not half of a migration, so it has no counterpart.');
  } else if (found.exists) {
    await context.editor.open(found.uri, found.range);
  } else if (found.edit) {
    const edited = await context.editor.edit(found.uri, found.edit);
    if (!edited) await context.ui.error('The down could not be added to this file.');
  } else {
    const half = found.direction === 'down' ? 'up' : 'down';
    const name = decodeURIComponent(found.uri.split('/').slice(-1)[0]!);
    const create = `Create ${half === 'down' ? 'Down' : 'Up'} File`;
    const answer = await context.ui.confirm(
      `There is no ${half} file yet.`,
      `${name} would be created next to this file.`,
      create,
    );
    if (answer !== create) return;
    if (await context.editor.createFiles([{ uri: found.uri, text: found.text ?? '' }]))
      await context.editor.open(found.uri);
    else await context.ui.error(`${name} could not be created.`);
  }
};
