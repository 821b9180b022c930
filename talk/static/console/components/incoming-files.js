// @ts-check
/** How files come into the composer: chosen in a dialog, pasted, or dropped on it. */

export class IncomingFiles {
  /**
   * @param {object} ports
   * @param {() => boolean} ports.isWanted whether files can be taken now
   * @param {(files: File[]) => void} ports.take
   * @param {(isOver: boolean) => void} ports.onOver something is dragged over it, or no longer
   */
  constructor(ports) {
    this.ports = ports;
  }

  /** @param {Event} event */
  chosen = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    this.ports.take([...(input.files ?? [])]);
    input.value = "";
  };

  /** @param {ClipboardEvent} event */
  pasted = (event) => this.#take(event, event.clipboardData);

  /** @param {DragEvent} event */
  dragged = (event) => {
    if (!this.ports.isWanted() || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.ports.onOver(true);
  };

  left = () => this.ports.onOver(false);

  /** @param {DragEvent} event */
  dropped = (event) => {
    this.left();
    this.#take(event, event.dataTransfer);
  };

  /**
   * @param {Event} event
   * @param {DataTransfer|null} brought
   */
  #take(event, brought) {
    const files = [...(brought?.files ?? [])];
    if (files.length === 0 || !this.ports.isWanted()) return;
    event.preventDefault();
    this.ports.take(files);
  }
}
