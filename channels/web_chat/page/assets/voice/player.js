/**
 * The loudspeaker: hands speech to the worklet, and tells what has left it. Below: player_worklet.js. Above: voice.js.
 *
 * @typedef {import("./player_worklet.js").Report} Report
 */

export class Player {
  /**
   * @param {AudioContext} context
   * @param {(report: Report) => void} onReport "ms" is what has been audible, the device's own delay taken off
   */
  constructor(context, onReport) {
    this.context = context;
    this.onReport = onReport;
    /** @type {AudioWorkletNode|null} */
    this.node = null;
  }

  async open() {
    await this.context.audioWorklet.addModule(new URL("player_worklet.js", import.meta.url).href);
    this.node = new AudioWorkletNode(this.context, "aisle-player", { numberOfInputs: 0, outputChannelCount: [1] });
    this.node.port.onmessage = ({ data }) => this.reported(data);
    this.node.connect(this.context.destination);
  }

  /** Milliseconds between the worklet and the ear. */
  get delay() {
    return ((this.context.outputLatency || 0) + (this.context.baseLatency || 0)) * 1000;
  }

  /** @param {Report} report */
  reported(report) {
    if (report.kind === "done") setTimeout(() => this.onReport(report), this.delay);
    else this.onReport({ ...report, ms: Math.max(0, Math.round(report.ms - this.delay)) });
  }

  /** @param {string} turnId @param {number} rate */
  begin(turnId, rate) {
    this.node?.port.postMessage({ kind: "begin", turnId, rate });
  }

  /** @param {ArrayBuffer} pcm */
  push(pcm) {
    this.node?.port.postMessage({ kind: "sound", pcm }, [pcm]);
  }

  end() {
    this.node?.port.postMessage({ kind: "end" });
  }

  /** Silence within one quantum; the report "cleared" says how much was heard. */
  clear() {
    this.node?.port.postMessage({ kind: "clear" });
  }

  close() {
    if (this.node) this.node.port.onmessage = null;
    this.node?.disconnect();
    this.node = null;
  }
}
