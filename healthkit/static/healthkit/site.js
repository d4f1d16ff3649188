// Adds to pages that work without it: no second question from a double tap, and a status panel that
// announces its end and leaves the document. The server reads the cookie to know that it need not
// reload the page for the panel's sake.
"use strict";

document.cookie = "script=on; path=/; SameSite=Lax" + (location.protocol === "https:" ? "; Secure" : "");

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});

const panel = document.querySelector("[data-closes-in]");

if (panel) {
  const voice = document.querySelector("[data-announce]");
  const note = document.querySelector("[data-closed-note]");
  const total = Number(panel.dataset.closesIn);
  const closesAt = Date.now() + total * 1000;

  const say = (text) => {
    voice.textContent = text;
  };

  const close = () => {
    panel.remove();
    note.classList.remove("appears");
    say(voice.dataset.closed);
  };

  const tick = () => {
    const left = closesAt - Date.now();
    if (left <= 0) {
      close();
      return;
    }
    if (left <= 10000 && total > 15 && voice.textContent !== voice.dataset.soon) {
      say(voice.dataset.soon);
    }
    setTimeout(tick, Math.min(left, 500));
  };

  // A live region announces only what changes after it is there.
  setTimeout(() => say(voice.dataset.start), 800);
  tick();
}
