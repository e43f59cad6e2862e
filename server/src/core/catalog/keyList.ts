/**
 * An immutable list of keys for many small steps: a version that grows shares its keys with the one before. A copy for each of
 * 20,000 indexes on one table would be two thousand million bytes that all snapshots keep.
 */
export class KeyList {
  static readonly empty = new KeyList([], 0);

  /** Of this version and those after it, which have more of them. */
  readonly #keys: string[];
  readonly #length: number;

  private constructor(keys: string[], length: number) {
    this.#keys = keys;
    this.#length = length;
  }

  /** In the order in which they came. */
  get keys(): readonly string[] {
    return this.#length === this.#keys.length ? this.#keys : this.#keys.slice(0, this.#length);
  }

  with(key: string): KeyList {
    // Where another version has grown already, and from the one empty list, a new one begins.
    const isNewest = this.#length > 0 && this.#length === this.#keys.length;
    const keys = isNewest ? this.#keys : this.#keys.slice(0, this.#length);
    keys.push(key);
    return new KeyList(keys, this.#length + 1);
  }

  without(key: string): KeyList {
    const keys = this.keys.filter((k) => k !== key);
    return new KeyList(keys, keys.length);
  }
}
