// Adds to pages that work without it: no second question from a double tap, steps that the phone's own way
// back goes through, a camera, and a status panel that announces its end and leaves the document. The server
// reads the cookie to know that it need not reload the page for the panel's sake.
"use strict";

document.cookie = "script=on; path=/; SameSite=Lax" + (location.protocol === "https:" ? "; Secure" : "");

const once = (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
};

// A form in steps is fetched step by step, so that the way back of the phone leads to the step before and no
// browser asks whether to send something again. The last step goes the ordinary way: it asks a question.
const steps = (form) => {
  form.addEventListener("submit", async (event) => {
    const back = event.submitter?.name === "back";
    if (!back && form.querySelector("[type=file]")) {
      return;
    }
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) }).catch(() => null);
    if (!answer || answer.redirected || !(answer.headers.get("Content-Type") || "").startsWith("text/html")) {
      form.submit();
      return;
    }
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!back && answer.ok) {
      history.pushState({ step: true }, "");
    }
    document.title = next.title;
    const target = next.querySelector("main [autofocus]") || next.querySelector("main [data-progress]");
    // The browser would look for the focus a second time, and complain that it is there already.
    target?.removeAttribute("autofocus");
    document.querySelector("main").replaceWith(next.querySelector("main"));
    dress(document.querySelector("main"));
    target?.focus();
    scrollTo(0, 0);
  });
};

window.addEventListener("popstate", () => {
  document.querySelector("form[data-steps] [name=back]")?.click();
});

// The camera where there is one: a frame to look into, and the picture goes into the field as a file would.
const camera = (box) => {
  const part = (name) => box.querySelector(`[data-camera-${name}]`);
  const video = box.querySelector("video");
  const field = box.querySelector("[type=file]");
  const voice = part("voice");
  let stream = null;
  const close = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    part("finder").hidden = true;
    part("open").hidden = false;
  };
  if (!navigator.mediaDevices?.getUserMedia) {
    return;
  }
  part("way").hidden = false;
  part("open").addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 960 } } });
    } catch {
      voice.textContent = voice.dataset.failed;
      return;
    }
    video.srcObject = stream;
    await video.play();
    part("finder").hidden = false;
    part("open").hidden = true;
    part("take").focus();
  });
  part("close").addEventListener("click", close);
  part("take").addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      field.files = files.files;
      part("shot").src = canvas.toDataURL("image/jpeg", 0.6);
      part("shot").hidden = false;
      voice.textContent = voice.dataset.taken;
      close();
      part("open").focus();
    }, "image/jpeg", 0.85);
  });
  window.addEventListener("pagehide", close);
};

const dress = (part) => {
  part.querySelectorAll("form[data-steps]").forEach(steps);
  part.querySelectorAll("form[method=post]:not([data-steps])").forEach(once);
  part.querySelectorAll("form[data-steps]:has([type=file])").forEach(once);
  part.querySelectorAll("[data-camera]").forEach(camera);
};

dress(document);

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

// Beside a rotating code: a clock that runs, so that a picture of the screen shows, and the next code before
// this one ends. What cannot be fetched in time leaves the page: an old code opens nothing.
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
