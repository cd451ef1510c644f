/* Search in pages that are opened from a file: browsers give those no workers, so the search's own script runs in a hidden frame. */
"use strict";

if (location.protocol === "file:") {
  window.Worker = window.IFrameWorker = class extends EventTarget {
    /** @param {string | URL} address of the script that would be the worker */
    constructor(address) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.documentElement.append(this.frame);
      const inside = this.frame.contentWindow;
      inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.ready = new Promise((done) => {
        const script = this.frame.contentDocument.createElement("script");
        script.src = String(address);
        script.addEventListener("load", done);
        this.frame.contentDocument.documentElement.append(script);
      });
    }

    postMessage(data) {
      const inside = this.frame.contentWindow;
      void this.ready.then(() => inside.dispatchEvent(new inside.MessageEvent("message", { data })));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
