/** Entries in the upper layer before it is merged down: keeps one change cheap, and a lookup at two probes. */
const MAX_LAYER = 40;

/**
 * An immutable map for many small steps: a large base that versions share, and a small layer of changes over it.
 * `undefined` in the layer means removed.
 */
export class PersistentMap<V extends {}> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #layer: ReadonlyMap<string, V | undefined>;

  private constructor(base: ReadonlyMap<string, V>, layer: ReadonlyMap<string, V | undefined>) {
    this.#base = base;
    this.#layer = layer;
  }

  static empty<V extends {}>(): PersistentMap<V> {
    return new PersistentMap<V>(new Map(), new Map());
  }

  get(key: string): V | undefined {
    return this.#layer.has(key) ? this.#layer.get(key) : this.#base.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): PersistentMap<V> {
    return this.#change(key, value);
  }

  delete(key: string): PersistentMap<V> {
    return this.has(key) ? this.#change(key, undefined) : this;
  }

  *values(): Generator<V> {
    for (const [key, value] of this.#base) if (!this.#layer.has(key)) yield value;
    for (const value of this.#layer.values()) if (value !== undefined) yield value;
  }

  #change(key: string, value: V | undefined): PersistentMap<V> {
    const layer = new Map(this.#layer);
    layer.set(key, value);
    if (layer.size <= MAX_LAYER) return new PersistentMap(this.#base, layer);
    const base = new Map(this.#base);
    for (const [k, v] of layer) {
      if (v === undefined) base.delete(k);
      else base.set(k, v);
    }
    return new PersistentMap(base, new Map());
  }
}
