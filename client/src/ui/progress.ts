import * as vscode from 'vscode';
import type { Progress } from '../context.js';
import { withoutLinks } from '../plain.js';

/** A notification with stages and a Cancel button, gone as soon as the task is. */
export const progress: Progress = async (title, task) =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
    (bar, token) =>
      task((message, share) => bar.report({ message: withoutLinks(message), increment: share * 100 }), token),
  );

/** The bar at the top of the view: a database is being asked. */
export const busy = async <T>(task: () => Promise<T>): Promise<T> =>
  vscode.window.withProgress({ location: { viewId: 'lockstep.migrations' } }, task);
