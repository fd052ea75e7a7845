/** What stands in a {@link LinkedList}: it carries its list and its neighbours there. */
export interface Linked<Item extends Linked<Item>> {
  list: LinkedList<Item> | undefined;
  previous: Item | undefined;
  next: Item | undefined;
}

/** A first-in, first-out list, linked through its items; an item stands in at most one list at a time. */
export class LinkedList<Item extends Linked<Item>> {
  length = 0;
  private head: Item | undefined = undefined;
  private tail: Item | undefined = undefined;

  get empty(): boolean {
    return this.head === undefined;
  }

  push(item: Item): void {
    item.list = this;
    item.previous = this.tail;
    if (this.tail === undefined) this.head = item;
    else this.tail.next = item;
    this.tail = item;
    this.length++;
  }

  shift(): Item | undefined {
    const item = this.head;
    if (item !== undefined) this.remove(item);
    return item;
  }

  /** Takes out an item that stands in this list. */
  remove(item: Item): void {
    if (item.previous === undefined) this.head = item.next;
    else item.previous.next = item.next;
    if (item.next === undefined) this.tail = item.previous;
    else item.next.previous = item.previous;
    item.list = undefined;
    item.previous = undefined;
    item.next = undefined;
    this.length--;
  }
}
