/** Reads one table of a FlatBuffer, without generated code. Fields are given by their number in the schema. */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  /** The root table of a buffer. */
  static root(bytes: ArrayBuffer): FlatTable {
    const view = new DataView(bytes);
    return new FlatTable(view, view.getUint32(0, true));
  }

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** A small unsigned number; 0 where the field is left out. */
  byte(field: number): number {
    const at = this.#field(field);
    return at === null ? 0 : this.#view.getUint8(at);
  }

  int(field: number): number {
    const at = this.#field(field);
    return at === null ? 0 : this.#view.getInt32(at, true);
  }

  ints(field: number): readonly number[] {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, index) => this.#view.getInt32(start + 4 * index, true));
  }

  bytes(field: number): Uint8Array<ArrayBuffer> {
    const { start, length } = this.#vector(field);
    // Copied, so that it may be read at any alignment.
    return new Uint8Array(length).map((_, index) => this.#view.getUint8(start + index));
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  table(field: number): FlatTable | null {
    const at = this.#field(field);
    return at === null ? null : this.#follow(at);
  }

  tables(field: number): readonly FlatTable[] {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, index) => this.#follow(start + 4 * index));
  }

  #follow(at: number): FlatTable {
    return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  #vector(field: number): { start: number; length: number } {
    const at = this.#field(field);
    if (at === null) return { start: 0, length: 0 };
    const vector = at + this.#view.getUint32(at, true);
    return { start: vector + 4, length: this.#view.getUint32(vector, true) };
  }

  #field(field: number): number | null {
    const vtable = this.#at - this.#view.getInt32(this.#at, true);
    const slot = 4 + 2 * field;
    if (slot >= this.#view.getUint16(vtable, true)) return null;
    const offset = this.#view.getUint16(vtable + slot, true);
    return offset === 0 ? null : this.#at + offset;
  }
}
