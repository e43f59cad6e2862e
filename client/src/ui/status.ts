import * as vscode from 'vscode';
import type { StatusResult } from '../../../server/src/lsp/protocol.js';
import { summaryOf } from '../views/summary.js';

/** The one status bar item; there is none while no database is connected. */
export class StatusBar implements vscode.Disposable {
  readonly item = vscode.window.createStatusBarItem('lockstep.status', vscode.StatusBarAlignment.Left, 10);

  constructor() {
    this.item.name = 'Lockstep';
    this.item.command = 'lockstep.migrations.focus';
  }

  show(status: StatusResult): void {
    const summary = summaryOf(status);
    if (!summary) {
      this.item.hide();
      return;
    }
    this.item.text = summary.text;
    this.item.tooltip = summary.tooltip.join('\n');
    this.item.accessibilityInformation = { label: summary.spoken };
    this.item.backgroundColor = summary.alarm ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
