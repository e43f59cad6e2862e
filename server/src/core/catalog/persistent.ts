/** A hash trie: each level takes 5 bits of a key's hash. */
const BITS = 5;
const MASK = 31;

interface Leaf<V> {
  readonly hash: number;
  readonly entries: readonly (readonly [string, V])[];
}

/** `bitmap` tells which of 32 places are taken; `slots` holds those that are. */
interface Branch<V> {
  readonly bitmap: number;
  readonly slots: readonly Node<V>[];
}

type Node<V> = Leaf<V> | Branch<V>;

/**
 * An immutable map for many small steps: a change copies the few nodes on the way to its place, and versions share the
 * rest. The order of `values()` is that of the hashes: the same for the same keys, and otherwise without meaning.
 */
export class PersistentMap<V extends {}> {
  readonly #root: Node<V> | undefined;

  private constructor(root: Node<V> | undefined) {
    this.#root = root;
  }

  static empty<V extends {}>(): PersistentMap<V> {
    return new PersistentMap<V>(undefined);
  }

  get(key: string): V | undefined {
    const hash = hashOf(key);
    let node = this.#root;
    for (let shift = 0; node && 'slots' in node; shift += BITS) {
      const bit = 1 << ((hash >>> shift) & MASK);
      node = node.bitmap & bit ? node.slots[place(node.bitmap, bit)] : undefined;
    }
    return node?.hash === hash ? node.entries.find((entry) => entry[0] === key)?.[1] : undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): PersistentMap<V> {
    return new PersistentMap(insert(this.#root, { hash: hashOf(key), entries: [[key, value]] }, 0));
  }

  delete(key: string): PersistentMap<V> {
    return this.has(key) ? new PersistentMap(remove(this.#root, key, hashOf(key), 0)) : this;
  }

  *values(): Generator<V> {
    yield* valuesOf(this.#root);
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** How many places before `bit` are taken. */
function place(bitmap: number, bit: number): number {
  let before = bitmap & (bit - 1);
  before -= (before >>> 1) & 0x55555555;
  before = (before & 0x33333333) + ((before >>> 2) & 0x33333333);
  return (((before + (before >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function insert<V>(node: Node<V> | undefined, leaf: Leaf<V>, shift: number): Node<V> {
  if (!node) return leaf;
  if ('slots' in node) {
    const bit = 1 << ((leaf.hash >>> shift) & MASK);
    const at = place(node.bitmap, bit);
    if (!(node.bitmap & bit)) return { bitmap: node.bitmap | bit, slots: node.slots.toSpliced(at, 0, leaf) };
    return { bitmap: node.bitmap, slots: node.slots.with(at, insert(node.slots[at], leaf, shift + BITS)) };
  }
  // Two hashes part at the latest where their last bits are looked at.
  if (node.hash === leaf.hash) {
    const key = leaf.entries[0]![0];
    return { hash: leaf.hash, entries: [...node.entries.filter((entry) => entry[0] !== key), ...leaf.entries] };
  }
  const branch: Branch<V> = { bitmap: 1 << ((node.hash >>> shift) & MASK), slots: [node] };
  return insert(branch, leaf, shift);
}

function remove<V>(node: Node<V> | undefined, key: string, hash: number, shift: number): Node<V> | undefined {
  if (!node) return undefined;
  if (!('slots' in node)) {
    const entries = node.entries.filter((entry) => entry[0] !== key);
    return entries.length > 0 ? { hash: node.hash, entries } : undefined;
  }
  const bit = 1 << ((hash >>> shift) & MASK);
  const at = place(node.bitmap, bit);
  const rest = remove(node.slots[at], key, hash, shift + BITS);
  if (rest) return { bitmap: node.bitmap, slots: node.slots.with(at, rest) };
  const slots = node.slots.toSpliced(at, 1);
  return slots.length > 0 ? { bitmap: node.bitmap & ~bit, slots } : undefined;
}

function* valuesOf<V>(node: Node<V> | undefined): Generator<V> {
  if (!node) return;
  if ('slots' in node) for (const slot of node.slots) yield* valuesOf(slot);
  else for (const entry of node.entries) yield entry[1];
}
