import * as vscode from 'vscode';
import type { StatusResult } from '../../../server/src/lsp/protocol.js';
import { sameUri } from '../target.js';
import { type TreeNode, treeOf } from './model.js';
import { badgeOf } from './summary.js';

const MINUTE = 60_000;

/** Draws the status as a tree. */
export class MigrationsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #parents = new Map<TreeNode, TreeNode>();
  readonly view: vscode.TreeView<TreeNode>;
  readonly #clock: NodeJS.Timeout;
  #roots: readonly TreeNode[] = [];
  #drawn = '';
  #status: StatusResult | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor() {
    this.view = vscode.window.createTreeView('lockstep.migrations', { treeDataProvider: this, showCollapseAll: true });
    // "2 h ago" grows old while nothing happens.
    this.#clock = setInterval(() => this.view.visible && this.#draw(), MINUTE);
  }

  show(status: StatusResult): void {
    this.#status = status;
    const pending = badgeOf(status);
    this.view.badge =
      pending > 0
        ? { value: pending, tooltip: `${pending} pending ${pending === 1 ? 'migration' : 'migrations'}` }
        : undefined;
    const [only, second] = status.folders;
    this.view.description = only && !second && only.database.state === 'ok' ? (only.environment?.label ?? '') : '';
    this.#draw();
  }

  redraw(): void {
    this.#draw();
  }

  async focus(folder: string, id: string): Promise<void> {
    const node = this.#find(this.#roots, (n) => n.id === id && sameUri(n.folder, folder));
    if (node) await this.view.reveal(node, { select: true, focus: true });
    else await vscode.commands.executeCommand('lockstep.migrations.focus');
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return [...(node ? node.children : this.#roots)];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.#parents.get(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      node.label,
      node.expanded === undefined ? None : node.expanded ? Expanded : Collapsed,
    );
    item.id = node.key;
    item.description = node.description;
    item.contextValue = node.context;
    item.tooltip = tooltip(node.tooltip);
    item.accessibilityInformation = { label: node.spoken };
    if (node.icon)
      item.iconPath = new vscode.ThemeIcon(
        node.icon.name,
        node.icon.color === undefined ? undefined : new vscode.ThemeColor(node.icon.color),
      );
    if (node.command)
      item.command = { command: node.command.id, title: node.command.title, arguments: [...node.command.args] };
    else if (node.open !== undefined)
      item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(node.open)] };
    return item;
  }

  dispose(): void {
    clearInterval(this.#clock);
    this.view.dispose();
    this.#changed.dispose();
  }

  #draw(): void {
    if (!this.#status) return;
    const roots = treeOf(this.#status, vscode.workspace.isTrusted, new Date());
    const drawn = JSON.stringify(roots);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#roots = roots;
    this.#parents.clear();
    for (const root of roots) this.#adopt(root);
    this.#changed.fire(undefined);
  }

  #adopt(node: TreeNode): void {
    for (const child of node.children) {
      this.#parents.set(child, node);
      this.#adopt(child);
    }
  }

  #find(nodes: readonly TreeNode[], wanted: (node: TreeNode) => boolean): TreeNode | undefined {
    for (const node of nodes) {
      const found = wanted(node) ? node : this.#find(node.children, wanted);
      if (found) return found;
    }
    return undefined;
  }
}

/** Names come from files and a database, so they are shown as text, never as markup. */
function tooltip(lines: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  lines.forEach((line, i) => {
    if (i > 0) text.appendMarkdown('\n\n');
    text.appendText(line);
  });
  return text;
}
