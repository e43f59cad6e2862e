import type { Command } from '../context.js';

/** Offers all that is kept: a password outlives its connection in the settings. */
export const forgetPassword: Command = async (context) => {
  const connections = context.connections.list();
  const choices = (await context.connections.stored()).map((id) => {
    const c = connections.find((connection) => connection.id === id);
    return c
      ? { label: c.label, description: `${c.user}, ${c.host}:${c.port}/${c.database}`, value: id }
      : { label: id, description: 'not in the settings of this window', value: id };
  });
  if (choices.length === 0) {
    await context.ui.info('No password is stored.');
    return;
  }
  const id = await context.ui.pick({ title: 'Forget Password', placeholder: 'Connection' }, choices);
  if (id === undefined) return;
  await context.connections.forgetPassword(id);
  await context.connections.publish();
  await context.ui.info(`The password of ${choices.find((c) => c.value === id)?.label} is forgotten.`);
};
