import * as vscode from 'vscode';
import type { Choice, InputOptions, Ui } from '../context.js';
import { withoutLinks } from '../plain.js';

const plainly = (text: string | undefined): string | undefined => text && withoutLinks(text);

/** The only file that shows dialogs and messages. */
export const prompts: Ui = {
  async input({ title, prompt, value, placeholder, password, validate }: InputOptions) {
    return vscode.window.showInputBox({
      title,
      ignoreFocusOut: true,
      ...(prompt === undefined ? {} : { prompt: withoutLinks(prompt) }),
      ...(value === undefined ? {} : { value }),
      ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
      ...(password === undefined ? {} : { password }),
      ...(validate === undefined ? {} : { validateInput: async (text: string) => plainly(await validate(text)) }),
    });
  },
  async pick<T>(
    { title, placeholder }: { readonly title: string; readonly placeholder?: string },
    items: readonly Choice<T>[],
  ) {
    const options = {
      title,
      matchOnDescription: true,
      matchOnDetail: true,
      ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
    };
    return (await vscode.window.showQuickPick([...items], options))?.value;
  },
  async confirm(message, detail, ...actions) {
    return vscode.window.showWarningMessage(withoutLinks(message), { modal: true, detail }, ...actions);
  },
  async folder(title, action) {
    const chosen = await vscode.window.showOpenDialog({
      title,
      openLabel: action,
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
    });
    return chosen?.[0]?.toString();
  },
  async info(message, ...actions) {
    return vscode.window.showInformationMessage(withoutLinks(message), ...actions);
  },
  async warn(message, ...actions) {
    return vscode.window.showWarningMessage(withoutLinks(message), ...actions);
  },
  async error(message, ...actions) {
    return vscode.window.showErrorMessage(withoutLinks(message), ...actions);
  },
};
