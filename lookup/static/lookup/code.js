// Beside a rotating code: a clock that runs, so that a picture of the screen shows, and the next code before
// this one ends. What cannot be fetched in time leaves the page: an old code opens nothing.
"use strict";

{
  const RETRY_MS = 3000;
  const clockFace = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Shanghai",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });

  const fetchNext = async (code) => {
    const response = await fetch(code.dataset.next, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: { "X-CSRFToken": code.querySelector("[name=csrfmiddlewaretoken]").value },
    });
    if (response.ok && !response.redirected) {
      const holder = document.createElement("template");
      holder.innerHTML = await response.text();
      return holder.content.querySelector("[data-code]");
    }
    // Gone, signed out, not ours any more: there will be none. Anything else may pass.
    return response.status >= 500 || response.status === 429 ? null : undefined;
  };

  const run = (code) => {
    // Counted on the server's clock from here on; the device's own may be wrong.
    const begun = Date.now();
    const shown = Number(code.dataset.now) * 1000;
    const endsIn = Number(code.dataset.endsIn) * 1000;
    let nextIn = Number(code.dataset.nextIn) * 1000;
    const clock = code.querySelector("[data-clock]");

    const end = () => {
      code.querySelector(".picture").remove();
      code.querySelector("[data-until]").hidden = true;
      code.querySelector("[data-ended]").hidden = false;
    };

    const replace = async () => {
      let next = null;
      try {
        next = await fetchNext(code);
      } catch {
        next = null; // no network for the moment
      }
      if (!code.isConnected) {
        return "replaced";
      }
      if (next) {
        code.replaceWith(next);
        run(next);
        return "replaced";
      }
      return next === undefined ? "over" : "later";
    };

    const tick = async () => {
      if (!code.isConnected) {
        return;
      }
      let passed = Date.now() - begun;
      clock.textContent = clockFace.format(shown + passed);
      // Nobody scans a hidden tab, and each code voids another.
      if (passed >= nextIn && !document.hidden) {
        const came = await replace();
        if (came === "replaced") {
          return;
        }
        nextIn = came === "over" ? Infinity : Date.now() - begun + RETRY_MS;
      }
      passed = Date.now() - begun;
      if (passed >= endsIn) {
        end();
        if (nextIn !== Infinity) {
          document.addEventListener("visibilitychange", () => location.reload(), { once: true });
        }
        return;
      }
      setTimeout(tick, 1000 - (passed % 1000));
    };
    tick();
  };

  const first = document.querySelector("[data-code]");
  if (first) {
    run(first);
  }
}
